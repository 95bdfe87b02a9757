package nsenter

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

func readMounts() (string, error) {
	const enough = 64 << 20 // bytes
	mounts, err := sys.ReadFile("/proc/self/mountinfo", enough)
	if err != nil {
		return "", fmt.Errorf("find the caller's mounts: %w", err)
	}
	return string(mounts), nil
}

// mountLine is what a line of mountinfo says of a mount (proc_pid_mountinfo(5)):
//
//	32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
type mountLine struct {
	id, device, root, point string
	kind, options           string // of the file system
}

// parseMount parses a line. The kernel escapes the blanks in names, which may be
// a container's.
func parseMount(line string) (mountLine, bool) {
	before, after, ok := strings.Cut(line, " - ")
	left, right := strings.Fields(before), strings.Fields(after)
	if !ok || len(left) < 6 || len(right) < 3 {
		return mountLine{}, false
	}
	return mountLine{id: left[0], device: left[2], root: left[3], point: left[4], kind: right[0], options: right[2]}, true
}

// findMount returns the first mount of a table that is meant. Only lines with the
// part in them are parsed: there may be hundreds.
func findMount(table, part string, meant func(mountLine) bool) (mountLine, bool) {
	for line := range strings.Lines(table) {
		if !strings.Contains(line, part) {
			continue
		}
		if m, ok := parseMount(line); ok && meant(m) {
			return m, true
		}
	}
	return mountLine{}, false
}
