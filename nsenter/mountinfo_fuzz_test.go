package nsenter

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// FuzzMount: a mount table may hold names that a container chose, such as
// those of its own mounts. What is found is the mount point of a line that is
// the root of a cgroup hierarchy, whatever stands on the others.
func FuzzMount(f *testing.F) {
	f.Add("32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n", "cpu")
	f.Add("30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n", "")
	f.Add("31 1 0:9 / /a\\040-\\040cgroup\\040x rw - tmpfs - cgroup x rw,cpu\n32 29 0:28 /x /y rw - cgroup cgroup rw,cpu\n", "cpu")
	f.Add("33 29 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n", "name=systemd")
	f.Fuzz(func(t *testing.T, table, controller string) {
		m, want := proc.Membership{Hierarchy: "0", Path: "/"}, "cgroup2"
		if controller != "" {
			m, want = proc.Membership{Hierarchy: "4", Controllers: []string{controller}, Path: "/"}, "cgroup"
		}
		at, ok := findHierarchies(table).mount(m)
		if !ok {
			return
		}
		for line := range strings.Lines(table) {
			before, after, _ := strings.Cut(line, " - ")
			left, right := strings.Fields(before), strings.Fields(after)
			if len(left) > 4 && left[3] == "/" && left[4] == at && len(right) > 0 && right[0] == want {
				return
			}
		}
		t.Errorf("%q is no line's mount point of\n%s", at, table)
	})
}
