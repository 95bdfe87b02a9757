package nsenter

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// mayBeTraced reports whether a process of the container's PID namespace may
// trace the others there whatever they may do: the container's own, by the
// plan, or one of another container that shares the namespace.
func mayBeTraced(p *plan.Plan, target *proc.Process) (bool, error) {
	if p.MayTrace || !p.Joins(proc.PID) {
		return p.MayTrace, nil
	}
	home, err := target.Namespaces()
	if err != nil {
		return false, err
	}
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return false, fmt.Errorf("list the processes: %w", err)
	}
	for _, dir := range dirs {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err == nil && tracer(pid, home, p.Joins(proc.User)) {
			return true, nil
		}
	}
	return false, nil
}

// tracer reports whether a process is in the same PID namespace and has
// CAP_SYS_PTRACE outside the container's user namespace, if it has one: that of
// its root is no power over a process that comes from the host.
func tracer(pid int, home proc.Namespaces, ownUsers bool) bool {
	process, err := proc.Pin(pid)
	if err != nil {
		return false // it has ended
	}
	defer process.Close()
	its, err := process.Namespaces()
	if err != nil || its[proc.PID] != home[proc.PID] || ownUsers && its[proc.User] == home[proc.User] {
		return false
	}
	status, err := process.Status()
	return err == nil && plan.MayTrace(status.Caps)
}
