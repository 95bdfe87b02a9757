package nsenter

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// hierarchies is where the cgroup hierarchies are mounted.
type hierarchies []proc.MountLine

// findHierarchies finds them in the content of /proc/self/mountinfo.
func findHierarchies(table string) hierarchies {
	var h hierarchies
	proc.FindMount(table, " - cgroup", func(m proc.MountLine) bool {
		if m.Root == "/" && (m.Kind == "cgroup" || m.Kind == "cgroup2") {
			h = append(h, m)
		}
		return false
	})
	return h
}

// open opens the directory of a cgroup, below the mount of its hierarchy and
// without following a link.
func (h hierarchies) open(m proc.Membership) (*os.File, error) {
	root, err := h.root(m)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return sys.OpenDirBeneath(root, cgroupDir(m))
}

// openTasks opens the file of a cgroup of version 1 by which a thread moves
// itself into it.
func (h hierarchies) openTasks(m proc.Membership) (*os.File, error) {
	root, err := h.root(m)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return sys.OpenToWriteBeneath(root, path.Join(cgroupDir(m), "tasks"))
}

func (h hierarchies) root(m proc.Membership) (*os.File, error) {
	at, ok := h.mount(m)
	if !ok {
		return nil, fmt.Errorf("the hierarchy %q is not mounted", strings.Join(m.Controllers, ","))
	}
	return sys.OpenDir(at)
}

func cgroupDir(m proc.Membership) string { return strings.TrimPrefix(path.Clean(m.Path), "/") }

// mount finds where the root of a hierarchy is mounted.
func (h hierarchies) mount(m proc.Membership) (string, bool) {
	i := slices.IndexFunc(h, func(l proc.MountLine) bool {
		return m.Unified() && l.Kind == "cgroup2" || !m.Unified() && l.Kind == "cgroup" && hasAll(l.Options, m.Controllers)
	})
	if i < 0 {
		return "", false
	}
	return h[i].Point, true
}

func hasAll(options string, controllers []string) bool {
	have := "," + options + ","
	for _, c := range controllers {
		if !strings.Contains(have, ","+c+",") {
			return false
		}
	}
	return true
}

// join moves a process into a cgroup (cgroups(7)).
func (h hierarchies) join(m proc.Membership, pid int) error {
	dir, err := h.open(m)
	if err != nil {
		return err
	}
	defer dir.Close()
	return sys.WriteAt(dir, "cgroup.procs", strconv.Itoa(pid))
}

// frozen reports whether a process of these cgroups is frozen, by cgroup v2
// (Linux 5.2) or by the freezer of v1.
func (h hierarchies) frozen(cgroups []proc.Membership) (bool, error) {
	for _, m := range cgroups {
		if m.Path == "/" {
			continue // a root has no state
		}
		var found bool
		var err error
		switch {
		case m.Unified():
			found, err = h.stateIs(m, "cgroup.events", "frozen 1")
		case slices.Contains(m.Controllers, "freezer"):
			found, err = h.stateIs(m, "freezer.state", "FREEZING", "FROZEN")
		}
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// stateIs reports whether a file of the cgroup has one of the lines.
func (h hierarchies) stateIs(m proc.Membership, file string, lines ...string) (bool, error) {
	dir, err := h.open(m)
	if err != nil {
		return false, &CgroupError{Path: m.Path, Err: err}
	}
	defer dir.Close()
	text, err := sys.ReadAt(dir, file)
	if err != nil {
		return false, fmt.Errorf("read the state of the cgroup %q: %w", m.Path, err)
	}
	for line := range strings.Lines(text) {
		if slices.Contains(lines, strings.TrimSpace(line)) {
			return true, nil
		}
	}
	return false, nil
}
