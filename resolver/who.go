package resolver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Role is what a process is in its container.
type Role string

// The roles of processes.
const (
	RoleInit  Role = "init"  // the container's first process
	RoleChild Role = "child" // it comes from the container's init
	RoleExec  Role = "exec"  // somebody has put it into the container
	RoleOther Role = "other" // it is not known where it comes from, or which process is init
)

// Owner is the container that a process of the host belongs to.
type Owner struct {
	Container Container // with its ID alone, when only the process's cgroup tells of it
	State     State
	Init      int // PID of the container's first process; 0: not known
	Role      Role
	Evidence  []string // what shows that the process is the container's, in words
}

// NoOwnerError says that a process belongs to no container that is known.
type NoOwnerError struct {
	PID        int
	Command    string // as the process calls itself
	Cgroup     string // one of its cgroups
	Namespaced bool   // it is in another PID namespace than the caller's
}

// Error implements error.
func (e *NoOwnerError) Error() string {
	text := fmt.Sprintf("process %d (%q) belongs to no container that is known: its cgroup is %q", e.PID, e.Command, e.Cgroup)
	if e.Namespaced {
		text += ", and it is in a PID namespace of its own"
	}
	return text
}

// Owner returns the container that process pid of the host belongs to, whether
// it is the container's init, came from that, or was put into the container.
// What containers have left on this host is asked when no daemon says so soon.
//
// The error is a *GoneError when no such process runs, and a *NoOwnerError
// when it belongs to no container. It wraps fs.ErrPermission when a caller who is
// not root could not find out.
func (r *Resolver) Owner(ctx context.Context, pid int) (*Owner, error) {
	ctx, cancel := context.WithTimeout(ctx, ownerTimeout)
	defer cancel()
	process, err := pinned(pid)
	if err != nil {
		return nil, err
	}
	defer process.Close()
	cgroups, err := process.Cgroups()
	if err != nil {
		return nil, r.goneOr(process, err)
	}
	lineage := lineageOf(pid)
	owner := r.ownerByCgroup(ctx, process, lineage, cgroups)
	if owner == nil || owner.doubtful(process, lineage) {
		owner = cmp.Or(r.ownerByLineage(ctx, process, lineage), owner)
	}
	if owner == nil || owner.State == Unknown {
		if err := r.forbidden(ctx, process); err != nil {
			return nil, r.goneOr(process, err)
		}
	}
	if owner == nil {
		owner = orphan(cgroups)
	}
	if owner == nil {
		return nil, r.goneOr(process, noOwner(process, cgroups))
	}
	owner.Container = r.nameByDocker(ctx, owner.Container)
	if owner.Init > 0 && samePIDNamespace(owner.Init, process) && owner.Init != pid && nested(process) {
		owner.Evidence = append(owner.Evidence, fmt.Sprintf("the PID namespace of process %d", owner.Init))
	}
	owner.Role = owner.role(process, lineage)
	return owner, r.goneOr(process, nil)
}

// forbidden says what the caller may not read or ask, so that a container which
// was not found may be there all the same; nil: nothing.
func (r *Resolver) forbidden(ctx context.Context, process *proc.Process) error {
	if _, err := process.Namespaces(); errors.Is(err, fs.ErrPermission) {
		return err
	}
	addresses, _ := r.addresses() // where there is none, nobody forbids anything
	for _, address := range addresses {
		if _, err := r.client(ctx, address); errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// goneOr returns err, unless the process has ended meanwhile: then what was
// read may be of another one.
func (r *Resolver) goneOr(process *proc.Process, err error) error {
	if process.Alive() != nil || errors.Is(err, proc.ErrGone) {
		return &GoneError{PID: process.PID(), Reason: "it has exited", Err: proc.ErrGone}
	}
	return err
}

// orphan returns the container that a cgroup is named after and of which
// nothing else is known.
func orphan(cgroups []proc.Membership) *Owner {
	for _, m := range cgroups {
		if id := innermost(m.Path); id != "" {
			return &Owner{
				Container: Container{ID: id, Source: "the cgroup of the process alone"}, State: Unknown,
				Evidence: []string{fmt.Sprintf("its cgroup %q, of a container that nobody knows", m.Path)},
			}
		}
	}
	return nil
}

func noOwner(process *proc.Process, cgroups []proc.Membership) error {
	e := &NoOwnerError{PID: process.PID(), Cgroup: "/", Namespaced: nested(process)}
	if stat, err := process.Stat(); err == nil {
		e.Command = stat.Comm
	}
	for _, m := range cgroups {
		if len(m.Path) > len(e.Cgroup) {
			e.Cgroup = m.Path
		}
	}
	return e
}
