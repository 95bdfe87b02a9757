package proc

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Frozen reports whether the process is frozen, by cgroup v2 (Linux 5.2) or by
// the freezer of v1, its own cgroup's or that of one above.
func (p *Process) Frozen() (bool, error) {
	cgroups, err := p.Cgroups()
	if err != nil {
		return false, err
	}
	mounts := ""
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
		if mounts == "" { // it takes longer to write than all the rest
			if mounts, err = OwnMounts(); err != nil {
				return false, err
			}
		}
		root, ok := mountOf(mounts, m)
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

// mountOf finds where the root of the v2 or of the freezer hierarchy is mounted.
func mountOf(mounts string, m Membership) (string, bool) {
	found, ok := FindMount(mounts, " - cgroup", func(l MountLine) bool {
		return l.Root == "/" && (m.Unified() && l.Kind == "cgroup2" ||
			!m.Unified() && l.Kind == "cgroup" && slices.Contains(strings.Split(l.Options, ","), "freezer"))
	})
	return found.Point, ok
}
