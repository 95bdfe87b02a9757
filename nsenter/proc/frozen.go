package proc

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// maxMounts bounds what is read of a mount table, in bytes.
const maxMounts = 64 << 20

// Frozen reports whether the process is frozen, by cgroup v2 (Linux 5.2) or by
// the freezer of v1, its own cgroup's or that of one above.
func (p *Process) Frozen() (bool, error) {
	cgroups, err := p.Cgroups()
	if err != nil {
		return false, err
	}
	mounts, err := sys.ReadFile("/proc/self/mountinfo", maxMounts)
	if err != nil {
		return false, fmt.Errorf("find the cgroup hierarchies: %w", err)
	}
	for _, m := range cgroups {
		file, words := "cgroup.events", []string{"frozen 1"}
		switch {
		case m.Path == "/": // a root has no state
			continue
		case slices.Contains(m.Controllers, "freezer"):
			file, words = "freezer.state", []string{"FREEZING", "FROZEN"}
		case !m.Unified():
			continue
		}
		root, ok := mountOf(string(mounts), m)
		if !ok {
			continue
		}
		text, err := sys.ReadFile(filepath.Join(root, filepath.Join("/", m.Path), file), maxFile)
		if err != nil {
			return false, fmt.Errorf("read the state of the cgroup %q: %w", m.Path, err)
		}
		for line := range strings.Lines(string(text)) {
			if slices.Contains(words, strings.TrimSpace(line)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// mountOf finds where the root of a hierarchy is mounted, see proc_pid_mountinfo(5):
//
//	35 29 0:31 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
func mountOf(mounts string, m Membership) (string, bool) {
	for line := range strings.Lines(mounts) {
		before, after, ok := strings.Cut(line, " - ")
		if !strings.HasPrefix(after, "cgroup") {
			continue // of hundreds, most
		}
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 6 || len(right) < 3 || left[3] != "/" {
			continue
		}
		options := strings.Split(right[2], ",")
		if m.Unified() && right[0] == "cgroup2" || !m.Unified() && right[0] == "cgroup" && slices.Contains(options, "freezer") {
			return left[4], true
		}
	}
	return "", false
}
