package doctor

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// cgroups is where the cgroups of a process are in the file system, by the
// controller: "" is cgroup v2 (cgroups(7)).
type cgroups map[string]cgroup

type cgroup struct {
	mount, path string
	unified     bool
}

func (c cgroup) dir() string { return filepath.Join(c.mount, c.path) }

// cgroupsOf finds the cgroups of a process.
func cgroupsOf(p *proc.Process) (cgroups, error) {
	memberships, err := p.Cgroups()
	if err != nil {
		return nil, err
	}
	mountinfo, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return findCgroups(memberships, string(mountinfo)), nil
}

// findCgroups finds the memberships of a process in the mounts of mountinfo,
// the content of /proc/self/mountinfo.
func findCgroups(memberships []proc.Membership, mountinfo string) cgroups {
	found := cgroups{}
	for _, m := range memberships {
		mount, ok := mountOf(m, mountinfo)
		if !ok {
			continue
		}
		c := cgroup{mount: mount, path: m.Path, unified: m.Unified()}
		if m.Unified() {
			found[""] = c
		}
		for _, controller := range m.Controllers {
			found[controller] = c
		}
	}
	return found
}

// mountOf finds where the root of a hierarchy is mounted:
//
//	32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
func mountOf(m proc.Membership, mountinfo string) (string, bool) {
	for line := range strings.Lines(mountinfo) {
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 6 || len(right) < 3 || left[3] != "/" {
			continue
		}
		options := strings.Split(right[2], ",")
		lacks := func(controller string) bool { return !slices.Contains(options, controller) }
		if m.Unified() && right[0] == "cgroup2" ||
			!m.Unified() && right[0] == "cgroup" && !slices.ContainsFunc(m.Controllers, lacks) {
			return left[4], true
		}
	}
	return "", false
}

// of returns the cgroup that a controller works in: that of v1, or that of v2
// where the file is.
func (c cgroups) of(controller, file string) (cgroup, bool) {
	if v1, ok := c[controller]; ok {
		return v1, true
	}
	v2, ok := c[""]
	if !ok || v2.path == "/" {
		return v2, false
	}
	_, err := os.Stat(filepath.Join(v2.dir(), file))
	return v2, err == nil
}

// line returns this cgroup and those above it but the root, which has no
// limits.
func (c cgroup) line() []cgroup {
	var line []cgroup
	for path := filepath.Clean(c.path); path != "/" && path != "."; path = filepath.Dir(path) {
		line = append(line, cgroup{mount: c.mount, path: path, unified: c.unified})
	}
	return line
}

// frozen returns whether a process of these cgroups is frozen, and by which.
func (c cgroups) frozen() (health.Freezer, error) {
	if v1, ok := c["freezer"]; ok && v1.path != "/" {
		text, err := v1.read("freezer.state")
		if err != nil || text != "THAWED" {
			return health.Freezer{Cgroup: v1.path, Frozen: err == nil, V1: true}, err
		}
	}
	if v2, ok := c[""]; ok && v2.path != "/" {
		text, err := v2.read("cgroup.events")
		return health.Freezer{Cgroup: v2.path, Frozen: keyed(text)["frozen"] == 1}, err
	}
	return health.Freezer{}, nil
}

// pids returns the cgroup of the line that has the least room for processes.
func (c cgroups) pids() (health.Usage, error) {
	own, ok := c.of("pids", "pids.max")
	if !ok {
		return health.Usage{}, nil
	}
	return least(own, func(c cgroup) (health.Usage, error) {
		return c.usage("pids.current", "pids.max", 1)
	})
}

// memory returns the cgroup of the line that has the least memory left.
func (c cgroups) memory() (health.Usage, error) {
	own, ok := c.of("memory", "memory.max")
	if !ok {
		return health.Usage{}, nil
	}
	return least(own, func(c cgroup) (health.Usage, error) {
		current, limit, idle := "memory.usage_in_bytes", "memory.limit_in_bytes", "total_inactive_file"
		if c.unified {
			current, limit, idle = "memory.current", "memory.max", "inactive_file"
		}
		u, err := c.usage(current, limit, uint64(os.Getpagesize()))
		if err != nil || u.Max == 0 {
			return u, err
		}
		stat, err := c.read("memory.stat")
		u.Used -= min(u.Used, keyed(stat)[idle])
		if control, err := c.read("memory.oom_control"); err == nil && !c.unified {
			u.Stuck = keyed(control)["under_oom"] == 1
		}
		return u, err
	})
}

// oom returns how many processes of the container the kernel has killed.
func (c cgroups) oom() (health.Usage, error) {
	own, ok := c.of("memory", "memory.max")
	if !ok {
		return health.Usage{}, nil
	}
	file := "memory.oom_control" // has oom_kill since Linux 4.13
	if own.unified {
		file = "memory.events"
	}
	text, err := own.read(file)
	return health.Usage{Cgroup: own.path, Events: keyed(text)["oom_kill"]}, err
}

// least returns the usage of the line's cgroup that has the least left.
func least(own cgroup, read func(cgroup) (health.Usage, error)) (health.Usage, error) {
	var tightest health.Usage
	for _, c := range own.line() {
		u, err := read(c)
		if err != nil {
			return tightest, err
		}
		if u.Max == 0 {
			continue
		}
		if tightest.Max == 0 || u.Used >= u.Max || tightest.Used < tightest.Max && u.Max-u.Used < tightest.Max-tightest.Used {
			tightest = u
		}
	}
	return tightest, nil
}

// usage reads two files with a number each; the limit is a multiple of a unit,
// or "max".
func (c cgroup) usage(current, limit string, unit uint64) (health.Usage, error) {
	u := health.Usage{Cgroup: c.path}
	text, err := c.read(limit)
	if err != nil {
		return u, err
	}
	// v1 writes the largest multiple of a page for no limit of memory.
	if u.Max, err = strconv.ParseUint(text, 10, 64); text == "max" || u.Max/unit >= math.MaxInt64/unit {
		u.Max = 0
		return u, nil
	}
	if err != nil {
		return u, fmt.Errorf("parse %s: %w", limit, err)
	}
	if text, err = c.read(current); err != nil {
		return u, err
	}
	if u.Used, err = strconv.ParseUint(text, 10, 64); err != nil {
		return u, fmt.Errorf("parse %s: %w", current, err)
	}
	return u, nil
}

func (c cgroup) read(file string) (string, error) {
	data, err := os.ReadFile(filepath.Join(c.dir(), file))
	return strings.TrimSpace(string(data)), err
}

// keyed parses lines of a name and a number.
func keyed(text string) map[string]uint64 {
	values := map[string]uint64{}
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) == 2 {
			if n, err := strconv.ParseUint(fields[1], 10, 64); err == nil {
				values[fields[0]] = n
			}
		}
	}
	return values
}
