package proc

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// OwnMounts returns the mount table of this process, the content of
// /proc/self/mountinfo.
func OwnMounts() (string, error) {
	const enough = 64 << 20 // bytes
	mounts, err := sys.ReadFile("/proc/self/mountinfo", enough)
	if err != nil {
		return "", fmt.Errorf("find the caller's mounts: %w", err)
	}
	return string(mounts), nil
}

// MountLine is what a line of mountinfo says of a mount (proc_pid_mountinfo(5)):
//
//	32 29 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct
type MountLine struct {
	ID, Device, Root, Point string
	Kind, Options           string // of the file system
}

// parseMount parses a line. The kernel escapes the blanks in names, which may be
// a container's.
func parseMount(line string) (MountLine, bool) {
	before, after, ok := strings.Cut(line, " - ")
	left, right := strings.Fields(before), strings.Fields(after)
	if !ok || len(left) < 6 || len(right) < 3 {
		return MountLine{}, false
	}
	return MountLine{ID: left[0], Device: left[2], Root: left[3], Point: left[4], Kind: right[0], Options: right[2]}, true
}

// FindMount returns the first mount of a table that is meant. Only lines with the
// part in them are parsed: there may be hundreds.
func FindMount(table, part string, meant func(MountLine) bool) (MountLine, bool) {
	for line := range strings.Lines(table) {
		if !strings.Contains(line, part) {
			continue
		}
		if m, ok := parseMount(line); ok && meant(m) {
			return m, true
		}
	}
	return MountLine{}, false
}
