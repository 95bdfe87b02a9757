package resolver

import (
	"context"
	"fmt"
	"slices"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ownerByLineage looks for a container of which the process's cgroups say
// nothing: whose init it is, comes from, or shares its own PID namespace with.
func (r *Resolver) ownerByLineage(ctx context.Context, process *proc.Process, lineage []int) *Owner {
	rows, _ := r.List(ctx) // of those who do not answer, what they have left on this host
	var found *Owner
	nearest := len(lineage)
	for _, row := range rows {
		if row.PID == 0 {
			continue
		}
		if i := slices.Index(lineage, row.PID); i >= 0 && i < nearest {
			nearest = i
			found = &Owner{Container: row.Container, State: row.State, Init: row.PID}
			if i > 0 {
				found.Evidence = []string{fmt.Sprintf("it comes from process %d, the container's init", row.PID)}
			}
		}
	}
	if found != nil || !nested(process) {
		return found
	}
	for _, row := range rows {
		if row.PID == 0 || !samePIDNamespace(row.PID, process) {
			continue
		}
		if found != nil {
			return nil // containers of a pod that share it
		}
		found = &Owner{Container: row.Container, State: row.State, Init: row.PID}
	}
	return found
}

// doubtful reports whether the process may be another container's: it neither comes
// from the init nor shares its PID namespace, or there is no task.
func (o *Owner) doubtful(process *proc.Process, lineage []int) bool {
	if o.Init == 0 {
		return o.State == NoTask
	}
	return !slices.Contains(lineage, o.Init) && !samePIDNamespace(o.Init, process)
}

// role says what the process is in its container.
func (o *Owner) role(process *proc.Process, lineage []int) Role {
	switch {
	case o.Init == 0:
		return RoleOther
	case o.Init == process.PID():
		return RoleInit
	case slices.Contains(lineage, o.Init):
		return RoleChild
	}
	return RoleExec
}

// maxLineage bounds a process's ancestors that are looked at.
const maxLineage = 256

// lineageOf returns a process, its parent, and so on up to the host's init.
func lineageOf(pid int) []int {
	var line []int
	for pid > 1 && len(line) < maxLineage && !slices.Contains(line, pid) {
		line = append(line, pid)
		stat, err := proc.StatOf(pid)
		if err != nil {
			break
		}
		pid = stat.PPID
	}
	return line
}

// nested reports whether a process is in another PID namespace than the caller's.
func nested(process *proc.Process) bool {
	status, err := process.Status()
	return err == nil && len(status.NSpid) > 1
}
