package testbed

import (
	"os"
	"slices"
	"strings"
	"syscall"
)

// mounts returns the mount points of the scope, in the order in which they
// were made.
func (s scope) mounts() []string {
	data, _ := os.ReadFile("/proc/self/mountinfo")
	var points []string
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) > 4 && s.in(fields[4]) {
			points = append(points, fields[4])
		}
	}
	return points
}

// unmount undoes the scope's mounts, the last one first.
func (s scope) unmount() {
	points := s.mounts()
	slices.Reverse(points)
	for _, point := range points {
		_ = syscall.Unmount(point, syscall.MNT_DETACH)
	}
}
