package nsenter

import (
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// readRuntime reads by what the parent of init, its shim, is confined: what it
// gives to all that it starts. It leaves unknown what cannot be known: when
// the shim is dead, the host's init has taken its place, and another PID
// namespace's parent is not seen.
func readRuntime(target *proc.Process, f *plan.Facts) error {
	f.RuntimeFilters = -1
	stat, err := target.Stat()
	if err != nil || stat.PPID <= 1 {
		return err
	}
	parent, err := proc.Pin(stat.PPID)
	if err != nil {
		return nil // it has ended: nothing is known of it
	}
	defer parent.Close()
	status, err := parent.Status()
	if err != nil {
		return nil
	}
	namespaces, err := parent.Namespaces()
	if err != nil {
		return nil
	}
	f.RuntimeFilters, f.Runtime = status.SeccompFilters, namespaces
	return nil
}
