package resolver

import (
	"context"
	"errors"
)

// errRowLate says that a list had to end before it knew a state.
var errRowLate = errors.New("the list had to end before it was known")

// rows asks for the task of each container, until ctx ends. late is for how
// many the time was too short.
func (r *Resolver) rows(ctx context.Context, candidates []candidate, look func() *survey) (rows []Row, late int) {
	type answered struct {
		place int
		said  stated
		cut   bool // ctx had ended
	}
	answers := make(chan answered, len(candidates))
	go inParallel(len(candidates), statesAtOnce, func(i int) {
		if ctx.Err() != nil {
			return
		}
		asking, cancel := context.WithTimeout(ctx, min(listTimeout, r.config.Timeout))
		defer cancel()
		said := r.stateSoon(asking, &candidates[i], look)
		answers <- answered{i, said, ctx.Err() != nil && said.state == Unknown}
	})
	all := make([]stated, len(candidates))
	for i := range all {
		all[i] = stated{state: Unknown, err: &UnknownStateError{Container: candidates[i].container, Err: errRowLate}}
	}
	late = len(candidates)
	take := func(a answered) {
		all[a.place] = a.said
		if !a.cut {
			late--
		}
	}
	for range candidates {
		select {
		case a := <-answers:
			take(a)
			continue
		case <-ctx.Done():
		}
		break
	}
	for len(answers) > 0 { // what came at the last moment
		take(<-answers)
	}
	rows = make([]Row, len(candidates))
	for i, said := range all {
		c := &candidates[i]
		rows[i] = Row{
			Container: c.container, Created: c.created, State: said.state, PID: said.pid, Task: c.hasTask(said.state), Was: said.was,
			Found: said.source, Err: said.err,
		}
	}
	return rows, late
}

// hasTask reports whether a containerd has, or may have, a task of a container
// that is in a state. Docker keeps the containers that it has stopped, and
// containerd neither them nor their tasks.
func (c *candidate) hasTask(state State) bool {
	switch {
	case c.daemon != nil:
		return state != NoTask
	case c.trace != nil:
		return c.trace.ofContainerd()
	}
	return state == Unknown
}
