package resolver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

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
// The error is a *GoneError when there is no such process, and a *NoOwnerError
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
	owner := r.ownerByCgroup(ctx, cgroups)
	if owner == nil {
		owner = r.ownerByLineage(ctx, process, lineage)
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

// ownerByCgroup looks for the container that one of the cgroups is of.
func (r *Resolver) ownerByCgroup(ctx context.Context, cgroups []proc.Membership) *Owner {
	ids := ownerIDs(cgroups)
	if len(ids) == 0 {
		return nil
	}
	daemons := make(chan *Owner, 1)
	go func() { daemons <- r.daemonsOwner(ctx, cgroups, ids) }()
	if len(r.onDisk()) == 0 {
		return <-daemons
	}
	select {
	case o := <-daemons:
		if o == nil || o.State == Unknown {
			if files := r.filesOwner(ctx, cgroups); files != nil {
				return files
			}
		}
		return o
	case <-time.After(hedgeAfter):
	}
	if o := r.filesOwner(ctx, cgroups); o != nil {
		return o
	}
	select {
	case o := <-daemons:
		return o
	case <-ctx.Done():
		return nil
	}
}

// daemonsOwner asks the containerds.
func (r *Resolver) daemonsOwner(ctx context.Context, cgroups []proc.Membership, ids []string) *Owner {
	for _, c := range r.withIDs(ctx, ids) {
		container, err := c.withSpec()
		if err != nil {
			continue
		}
		if own := cgroupOf(cgroups, container); own != "" {
			o := &Owner{Container: container, Evidence: []string{fmt.Sprintf("its cgroup %q", own)}}
			o.State, o.Init, _ = r.state(ctx, &c)
			return o
		}
	}
	return nil
}

// filesOwner looks among the containers that have left files on this host. The
// one in the innermost cgroup is the process's.
func (r *Resolver) filesOwner(ctx context.Context, cgroups []proc.Membership) *Owner {
	var best *Owner
	var longest int
	for _, t := range r.look(ctx).all() {
		c := t.candidate()
		container, err := c.withSpec()
		if err != nil {
			continue
		}
		own := cgroupOf(cgroups, container)
		if own == "" || best != nil && depth(own, container) <= longest {
			continue
		}
		said := r.stateOnDisk(ctx, &c, t)
		best = &Owner{Container: container, State: said.state, Init: said.pid, Evidence: []string{fmt.Sprintf("its cgroup %q", own)}}
		longest = depth(own, container)
	}
	return best
}

// depth returns how far below the root of a cgroup's path a container is named.
func depth(path string, c Container) int {
	return slices.Index(components(path), c.ID)
}

// cgroupOf returns the cgroup that is the container's beyond doubt, or "".
func cgroupOf(cgroups []proc.Membership, c Container) string {
	for _, m := range cgroups {
		if evidenceOf([]proc.Membership{m}, c) {
			return m.Path
		}
	}
	return ""
}

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
