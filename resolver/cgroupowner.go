package resolver

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ownerByCgroup looks for the container that one of the cgroups is of.
func (r *Resolver) ownerByCgroup(ctx context.Context, process *proc.Process, lineage []int, cgroups []proc.Membership) *Owner {
	if len(ownerIDs(cgroups)) == 0 {
		return nil
	}
	daemons := make(chan *Owner, 1)
	go func() { daemons <- r.daemonsOwner(ctx, process, lineage, cgroups) }()
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

// daemonsOwner asks the containerds. Of several containers that the cgroups may be of,
// such as that of a cgroup further up, the one is meant whose init shows it.
func (r *Resolver) daemonsOwner(ctx context.Context, process *proc.Process, lineage []int, cgroups []proc.Membership) *Owner {
	var first *Owner
	for _, c := range r.withIDs(ctx, ownerIDs(cgroups)) {
		container, err := c.withSpec()
		if err != nil {
			continue
		}
		own := cgroupOf(cgroups, container)
		if own == "" {
			continue
		}
		o := &Owner{Container: container, Evidence: []string{fmt.Sprintf("its cgroup %q", own)}}
		o.State, o.Init, _ = r.state(ctx, &c)
		if o.Init > 0 && !o.doubtful(process, lineage) {
			return o
		}
		if first == nil || first.State == NoTask {
			first = o
		}
	}
	return first
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
