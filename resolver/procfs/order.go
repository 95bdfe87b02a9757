package procfs

import (
	"cmp"
	"slices"
)

// sort gives the order of PIDs, which does not depend on who was read first.
func (s *Scan) sort() {
	slices.SortFunc(s.Monitors, func(a, b Monitor) int { return cmp.Compare(a.PID, b.PID) })
	slices.SortFunc(s.Processes, func(a, b Process) int { return cmp.Compare(a.PID, b.PID) })
}
