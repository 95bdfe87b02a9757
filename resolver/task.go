package resolver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// state asks for a container's task and returns its state and PID. When the
// state is Unknown, the error is an *UnknownStateError or wraps ctx's. The PID
// is 0 unless the state is Created, Running or Paused.
func (r *Resolver) state(ctx context.Context, c *candidate) (State, int, error) {
	said := r.stateOf(ctx, c)
	return said.state, said.pid, said.err
}

// stateOf returns the same, and the PID that a stopped task had.
func (r *Resolver) stateOf(ctx context.Context, c *candidate) stated {
	if c.daemon == nil {
		state, pid, err := c.stateByDocker()
		return stated{state: state, pid: pid, err: err}
	}
	begin := time.Now()
	task, err := c.askTask(ctx)
	switch {
	case errors.Is(err, containerd.ErrNotFound):
		return stated{state: NoTask}
	case err == nil && task.Status == containerd.Stopped:
		return stated{state: Stopped, was: task.PID}
	case err == nil && task.Known():
		return stated{state: State(task.Status), pid: task.PID}
	}
	return stated{state: Unknown, err: &UnknownStateError{Container: c.container, Source: source(c.daemon), After: time.Since(begin), Err: err}}
}

// askTask asks for the task, unless it was asked for with the record.
func (c *candidate) askTask(ctx context.Context) (containerd.Task, error) {
	if c.task.Take() {
		return c.task.Wait(ctx)
	}
	return c.daemon.Task(ctx, c.container.Namespace, c.container.ID)
}

// stateByDocker returns what Docker says of a container that no containerd
// knows. That is no contradiction unless the container runs.
func (c *candidate) stateByDocker() (State, int, error) {
	state := dockerState(c.docker)
	if state == Created || state == Stopped {
		return state, 0, nil
	}
	err := errors.New("no containerd that answers knows the container, which is " + string(state))
	if c.elsewhere != "" {
		err = fmt.Errorf("it is a container of containerd at %s, which was not asked", c.elsewhere)
	}
	if len(c.unanswered) > 0 {
		err = fmt.Errorf("%w: %w", err, joinErrors(c.unanswered))
	}
	return Unknown, 0, &UnknownStateError{Container: c.container, Source: c.container.Source, Err: err, Elsewhere: c.elsewhere}
}

// process asks for the PID of a container that can be entered, and its state:
// Running or Paused. The error is a *StateError or that of state.
func (r *Resolver) process(ctx context.Context, c *candidate) (int, State, error) {
	state, pid, err := r.state(ctx, c)
	if err != nil {
		return 0, state, err
	}
	if state != Running && state != Paused {
		return 0, state, &StateError{Container: c.container, State: state}
	}
	return pid, state, nil
}
