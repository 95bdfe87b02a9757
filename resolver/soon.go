package resolver

import (
	"context"
	"errors"
	"time"
)

// stated is what is known of a container's task.
type stated struct {
	state  State
	pid    int    // 0 unless the state is Created, Running or Paused
	was    int    // the PID that a stopped task had; 0: its daemon does not say
	source string // who said so, when it was not the container's daemon
	err    error  // why the state is Unknown
}

// rowPatience is how long a list waits for a container's task before the files
// and processes of the container are asked.
const rowPatience = 200 * time.Millisecond

// stateSoon asks for a container's task and, when its daemon does not say in
// time, its files and processes.
func (r *Resolver) stateSoon(ctx context.Context, c *candidate, look func() *survey) stated {
	if c.daemon == nil && c.trace != nil {
		s := r.stateOnDisk(ctx, c, c.trace)
		if !c.trace.ofContainerd() {
			s.source = "" // nobody else was to say it
		}
		return s
	}
	daemon := make(chan stated, 1)
	go func() { daemon <- r.stateOf(ctx, c) }()
	if c.daemon == nil || len(r.onDisk()) == 0 {
		return <-daemon
	}
	var first *stated
	select {
	case s := <-daemon:
		if s.state != Unknown && s.state != NoTask {
			return s
		}
		first = &s
	case <-time.After(rowPatience):
	}
	second := r.stateOnDisk(ctx, c, r.traceOf(c, look))
	if second.pid != 0 || second.state == Stopped && first == nil {
		return second
	}
	if first == nil {
		s := <-daemon
		first = &s
	}
	return *first
}

// stateOnDisk says what the files and processes of a container show.
func (r *Resolver) stateOnDisk(ctx context.Context, c *candidate, t *trace) stated {
	target, err := r.fromDisk(ctx, c, t, t.recall)
	if err != nil {
		err = r.unlessOtherPIDs(err)
	}
	var state *StateError
	switch {
	case errors.As(err, &state):
		return stated{state: state.State}
	case err != nil:
		return stated{state: Unknown, err: err}
	}
	defer target.Close()
	return stated{state: target.State, pid: target.Process.PID(), source: target.Source}
}
