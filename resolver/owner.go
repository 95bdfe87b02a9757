package resolver

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ownerTimeout bounds the search for the container of a process. The process
// can be entered without an answer, and is asked for when there is none.
const ownerTimeout = time.Second

// maxOwnerIDs is how many parts of a process's cgroups are taken for IDs.
const maxOwnerIDs = 8

// targetOf returns the target of pid:N.
func (r *Resolver) targetOf(ctx context.Context, ref Reference, pid int) (*Target, error) {
	process, err := pinned(pid)
	if err != nil {
		return nil, err
	}
	target := &Target{State: Running, Process: process, Source: ref.String()}
	if container, state, ok := r.owner(ctx, process); ok {
		target.Container = container
		if state == Paused {
			target.State = Paused
		}
	}
	if err := process.Alive(); err != nil {
		process.Close()
		return nil, &GoneError{Container: target.Container, PID: pid, Reason: "it has exited", Err: err}
	}
	return target, nil
}

// containerOf returns the container that a process belongs to.
func (r *Resolver) containerOf(ctx context.Context, ref Reference, pid int) (Container, error) {
	process, err := pinned(pid)
	if err != nil {
		return Container{}, err
	}
	defer process.Close()
	container, _, ok := r.owner(ctx, process)
	if !ok {
		return Container{}, &NotFoundError{Reference: ref, Searched: []string{fmt.Sprintf("the cgroups of process %d", pid)}}
	}
	return container, nil
}

// owned is the container that a process belongs to.
type owned struct {
	container Container
	state     State
	ok        bool
}

// owner returns the container that a process belongs to, and its state: its
// cgroup names the container, and it is in the PID namespace of the
// container's init. A container inside this container is not the same. What
// the files of containers say is believed when no daemon says so soon.
func (r *Resolver) owner(ctx context.Context, process *proc.Process) (Container, State, bool) {
	ctx, cancel := context.WithTimeout(ctx, ownerTimeout)
	defer cancel()
	cgroups, err := process.Cgroups()
	if err != nil {
		return Container{}, Unknown, false
	}
	daemons := make(chan owned, 1)
	go func() { daemons <- r.ownerByDaemons(ctx, process, cgroups) }()
	if len(r.onDisk()) == 0 {
		o := <-daemons
		return o.container, o.state, o.ok
	}
	var told *owned
	select {
	case o := <-daemons:
		if o.ok {
			return o.container, o.state, true
		}
		told = &o
	case <-time.After(hedgeAfter):
	}
	if ids := ownerIDs(cgroups); len(ids) == 0 {
		return Container{}, Unknown, false
	}
	files := r.ownerByFiles(ctx, process, cgroups)
	if told == nil && !files.ok {
		o := <-daemons
		told = &o
	}
	if told != nil && told.ok {
		return told.container, told.state, true
	}
	return files.container, files.state, files.ok
}

// ownerByDaemons asks the containerds for the containers of the process's cgroups.
// One that does not say which process is the container's is believed when it is the
// only one that has such a container: not when it says that none is.
func (r *Resolver) ownerByDaemons(ctx context.Context, process *proc.Process, cgroups []proc.Membership) owned {
	var unsaid []owned
	for _, c := range r.withIDs(ctx, ownerIDs(cgroups)) {
		container, err := c.withSpec()
		if err != nil || !evidenceOf(cgroups, container) {
			continue
		}
		state, pid, _ := r.state(ctx, &c)
		switch {
		case pid == process.PID() || pid != 0 && samePIDNamespace(pid, process):
			return owned{container, state, true}
		case state == Unknown:
			unsaid = append(unsaid, owned{container, state, true})
		}
	}
	if len(unsaid) != 1 {
		return owned{}
	}
	return unsaid[0]
}

// ownerByFiles looks among the containers that have left files on this host.
func (r *Resolver) ownerByFiles(ctx context.Context, process *proc.Process, cgroups []proc.Membership) owned {
	for _, t := range r.look(ctx).certain() {
		c := t.candidate()
		container, err := c.withSpec()
		if err != nil || ownCgroup(cgroups, t.id, container.Spec) == "" {
			continue
		}
		said := r.stateOnDisk(ctx, &c, t)
		if said.pid != 0 && (said.pid == process.PID() || samePIDNamespace(said.pid, process)) {
			return owned{container, said.state, true}
		}
	}
	return owned{}
}

// ownerIDs returns the IDs that a process's cgroups may be named after: those
// of the length that runtimes make first, of each kind the innermost first.
func ownerIDs(cgroups []proc.Membership) []string {
	var full, other []string
	for _, m := range cgroups {
		for _, id := range idsIn(m.Path) {
			if slices.Contains(full, id) || slices.Contains(other, id) {
				continue
			}
			if isFullID(id) {
				full = append(full, id)
			} else {
				other = append(other, id)
			}
		}
	}
	ids := append(full, other...)
	return ids[:min(len(ids), maxOwnerIDs)]
}

// evidenceOf reports whether one of the cgroups is the container's beyond
// doubt: an ID that a person chose may be the name of any cgroup.
func evidenceOf(cgroups []proc.Membership, c Container) bool {
	for _, m := range cgroups {
		if belowSpec(m.Path, c.Spec) || isFullID(c.ID) && namedAfter(m.Path, c.ID) {
			return true
		}
	}
	return false
}

// withIDs returns the containers of all daemons that have one of the IDs, in
// the order of the IDs.
func (r *Resolver) withIDs(ctx context.Context, ids []string) []candidate {
	addresses, err := r.addresses()
	if err != nil {
		return nil
	}
	var mu sync.Mutex
	var all []candidate
	inParallel(len(addresses), len(addresses), func(i int) {
		client, err := r.client(ctx, addresses[i])
		if err != nil {
			return
		}
		namespaces, err := r.namespaces(ctx, client)
		if err != nil {
			return
		}
		for _, id := range ids {
			found, _ := withID(ctx, client, namespaces, id, nil)
			mu.Lock()
			all = append(all, found...)
			mu.Unlock()
		}
	})
	slices.SortStableFunc(all, func(a, b candidate) int {
		return slices.Index(ids, a.container.ID) - slices.Index(ids, b.container.ID)
	})
	return all
}

func samePIDNamespace(pid int, process *proc.Process) bool {
	other, err := proc.Pin(pid)
	if err != nil {
		return false
	}
	defer other.Close()
	a, errA := other.Namespaces()
	b, errB := process.Namespaces()
	return errA == nil && errB == nil && a[proc.PID] == b[proc.PID]
}
