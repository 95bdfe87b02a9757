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
	for _, line := range strings.Split(strings.TrimSuffix(data, "\n"), "\n") {
		if line == "" {
			continue
		}
		parts := strings.SplitN(line, ":", 3)
		if len(parts) != 3 || !strings.HasPrefix(parts[2], "/") {
			return nil, fmt.Errorf("parse cgroup: line %q", line)
		}
		m := Membership{Hierarchy: parts[0], Path: parts[2]}
		if parts[1] != "" {
			m.Controllers = strings.Split(parts[1], ",")
		}
		all = append(all, m)
	}
	return all, nil
}
