package proc

import (
	"fmt"
	"strings"
)

// Membership is one line of /proc/PID/cgroup: the process's cgroup in one
// hierarchy, see cgroups(7).
type Membership struct {
	Hierarchy   string   // the hierarchy's ID; "0" is cgroup v2
	Controllers []string // empty for cgroup v2; "name=systemd" for a named hierarchy
	Path        string   // relative to the root of the reader's cgroup namespace
}

// Unified reports whether the membership is in the cgroup v2 hierarchy.
func (m Membership) Unified() bool { return m.Hierarchy == "0" && len(m.Controllers) == 0 }

// Cgroups returns the process's cgroup in each hierarchy.
func (p *Process) Cgroups() ([]Membership, error) {
	data, err := p.ReadFile("cgroup")
	if err != nil {
		return nil, err
	}
	return ParseCgroups(string(data))
}

// ParseCgroups parses the content of /proc/PID/cgroup:
//
//	8:cpu,cpuacct:/docker/4d6…
//	0::/docker/4d6…
func ParseCgroups(data string) ([]Membership, error) {
	var all []Membership
	if n := strings.Count(data, "\n"); n > 0 {
		all = make([]Membership, 0, n)
	}
	for line := range strings.Lines(data) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" {
			continue
		}
		hierarchy, rest, _ := strings.Cut(line, ":")
		controllers, path, _ := strings.Cut(rest, ":")
		if !strings.HasPrefix(path, "/") {
			return nil, fmt.Errorf("parse cgroup: line %q", line)
		}
		m := Membership{Hierarchy: hierarchy, Path: path}
		if controllers != "" {
			m.Controllers = strings.Split(controllers, ",")
		}
		all = append(all, m)
	}
	return all, nil
}
