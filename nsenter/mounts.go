package nsenter

import "strings"

// mountLine is what a line of mountinfo says of a mount (proc_pid_mountinfo(5)):
//
//	32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
type mountLine struct {
	id, device, root, point string
	kind, options           string // of the file system
}

// findMount returns the first mount of a table that is meant. The kernel escapes
// the blanks in names, which may be a container's.
func findMount(table string, meant func(mountLine) bool) (mountLine, bool) {
	for line := range strings.Lines(table) {
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 6 || len(right) < 3 {
			continue
		}
		m := mountLine{id: left[0], device: left[2], root: left[3], point: left[4], kind: right[0], options: right[2]}
		if meant(m) {
			return m, true
		}
	}
	return mountLine{}, false
}
