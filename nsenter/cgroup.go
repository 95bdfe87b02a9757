package nsenter

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func ignoreNoLabels(err error) error {
	if errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

// openCgroup opens the directory of a cgroup, below the mount of its
// hierarchy and without following a link.
func openCgroup(m proc.Membership) (*os.File, error) {
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	at, ok := cgroupMount(string(mounts), m)
	if !ok {
		return nil, fmt.Errorf("the hierarchy %q is not mounted", strings.Join(m.Controllers, ","))
	}
	root, err := sys.OpenDir(at)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return sys.OpenDirBeneath(root, strings.TrimPrefix(path.Clean(m.Path), "/"))
}

// cgroupMount finds where the root of a hierarchy is mounted, in the content
// of /proc/self/mountinfo:
//
//	32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
func cgroupMount(mountinfo string, m proc.Membership) (string, bool) {
	for line := range strings.Lines(mountinfo) {
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 6 || len(right) < 3 || left[3] != "/" {
			continue
		}
		if m.Unified() && right[0] == "cgroup2" || !m.Unified() && right[0] == "cgroup" && hasAll(right[2], m.Controllers) {
			return left[4], true
		}
	}
	return "", false
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

// joinCgroup moves a process into a cgroup (cgroups(7)).
func joinCgroup(m proc.Membership, pid int) error {
	dir, err := openCgroup(m)
	if err != nil {
		return err
	}
	defer dir.Close()
	return sys.WriteAt(dir, "cgroup.procs", strconv.Itoa(pid))
}

// frozen reports whether a process of these cgroups is frozen, by cgroup v2
// (Linux 5.2) or by the freezer of v1.
func frozen(cgroups []proc.Membership) (bool, error) {
	for _, m := range cgroups {
		freezer := len(m.Controllers) == 1 && m.Controllers[0] == "freezer"
		if !freezer && !m.Unified() || m.Path == "/" {
			continue
		}
		dir, err := openCgroup(m)
		if err != nil {
			return false, fmt.Errorf("open the cgroup %q: %w", m.Path, err)
		}
		name, mark := "freezer.state", "FREEZING FROZEN"
		if m.Unified() {
			name, mark = "cgroup.events", "frozen 1"
		}
		text, err := sys.ReadAt(dir, name)
		dir.Close()
		if err != nil && !(m.Unified() && errors.Is(err, os.ErrNotExist)) {
			return false, fmt.Errorf("read the state of the cgroup %q: %w", m.Path, err)
		}
		text = strings.TrimSpace(text)
		if !m.Unified() && text != "" && strings.Contains(mark, text) || m.Unified() && strings.Contains(text, mark) {
			return true, nil
		}
	}
	return false, nil
}
