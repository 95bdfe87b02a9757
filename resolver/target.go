package resolver

import (
	"context"
	"errors"
	"fmt"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// Container returns the record of the container that the reference means,
// whether it runs or not. Its Spec is nil when only Docker knows it.
//
// For pid:N it is the container that process N belongs to; the error is a
// *NotFoundError when it belongs to none that is known.
func (r *Resolver) Container(ctx context.Context, ref Reference) (Container, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	if pid, ok := ref.PID(); ok {
		return r.containerOf(ctx, ref, pid)
	}
	c, err := r.resolve(ctx, ref, r.lookOnce(ctx))
	if err != nil {
		return Container{}, err
	}
	return c.withSpec()
}

// Target returns the container that the reference means with its init process
// pinned, running or paused. The caller closes it.
//
// Beside the errors of Container, the error is a *StateError when there is no
// process to enter, an *UnknownStateError when nobody says which it is, a
// *DisagreementError when two processes may be it, a *GoneError when the process
// is not, or no longer, the container's, or a *PIDNamespaceError when the caller does
// not see the host's processes.
//
// For pid:N it is process N itself, with the container that it belongs to if
// one is known.
func (r *Resolver) Target(ctx context.Context, ref Reference) (*Target, error) {
	target, err := r.target(ctx, ref)
	if err != nil {
		return nil, r.unlessOtherPIDs(err)
	}
	return target, nil
}

func (r *Resolver) target(ctx context.Context, ref Reference) (*Target, error) {
	ctx, cancel := r.bounded(ctx)
	defer cancel()
	if pid, ok := ref.PID(); ok {
		return r.targetOf(ctx, ref, pid)
	}
	begun, err := r.begun(ref)
	if err != nil {
		return nil, err
	}
	look := r.lookOnce(ctx)
	c, err := r.resolve(ctx, ref, look)
	if err != nil {
		return nil, err
	}
	c.begun = begun
	return r.pin(ctx, &c, look)
}

// byDaemon asks the container's containerd for its process and pins it.
func (r *Resolver) byDaemon(ctx context.Context, c *candidate) (*Target, error) {
	container, damaged := c.withSpec() // while the answer comes
	pid, state, err := r.process(ctx, c)
	if err == nil {
		err = damaged
	}
	if err != nil {
		return nil, err
	}
	process, err := proc.Pin(pid)
	if errors.Is(err, proc.ErrGone) {
		return nil, &GoneError{Container: c.container, PID: pid, Reason: "it has exited", Err: err}
	}
	if err != nil {
		return nil, fmt.Errorf("container %s: %w", describe(c.container), err)
	}
	target, err := r.prove(ctx, c, container, process, state)
	if err != nil {
		process.Close()
		return nil, err
	}
	return target, nil
}

// prove makes a target of a process that was named for a container before it
// was pinned, once it is sure that it is the container's.
//
// The PID was a number until it was pinned, and the kernel uses a number again.
// One that ran already when the search began has had its number all the time:
// it is the one that was named. Of any other process containerd is asked again.
func (r *Resolver) prove(ctx context.Context, c *candidate, container Container, process *proc.Process, state State) (*Target, error) {
	gone := func(reason string, err error) error {
		return &GoneError{Container: c.container, PID: process.PID(), Reason: reason, Err: err}
	}
	seen, err := look(process, container.ID, container.Spec)
	if err != nil {
		if errors.Is(err, proc.ErrGone) {
			return nil, gone("it has exited", err)
		}
		return nil, fmt.Errorf("verify that process %d is that of container %s: %w", process.PID(), describe(c.container), err)
	}
	if reason := seen.contradicts(container.ID, container.Spec); reason != "" {
		return nil, gone(reason, nil)
	}
	sure := "it ran before containerd was asked"
	if process.StartTime() >= c.begun {
		sure = "asked again"
		if state, err = r.confirm(ctx, c, process.PID()); err != nil {
			return nil, err
		}
	}
	if err := process.Alive(); err != nil {
		return nil, gone("it has exited", err)
	}
	return &Target{
		Container: container, State: state, Process: process, Source: container.Source, Kind: SourceContainerd,
		Evidence: append(seen.shows(container.ID, container.Spec), sure), SpecFrom: c.specFrom(container),
	}, nil
}

// confirm asks for the container's task and record a second time, and returns
// its state when they are still what they were.
func (r *Resolver) confirm(ctx context.Context, c *candidate, pid int) (State, error) {
	gone := func(reason string, err error) error {
		return &GoneError{Container: c.container, PID: pid, Reason: reason, Err: err}
	}
	again, state, err := r.askAgain(ctx, c)
	var ended *StateError
	switch {
	case errors.As(err, &ended):
		return state, gone("the container is now without it: "+string(ended.State), err)
	case errors.Is(err, containerd.ErrNotFound):
		return state, gone("the container's record is gone", err)
	case err != nil:
		return state, err
	case again.pid != pid:
		return state, gone(fmt.Sprintf("the container's process is now %d", again.pid), nil)
	case !again.record.Created.Equal(c.record.Created):
		return state, gone("another container has the same ID now", nil)
	}
	return state, nil
}

type asked struct {
	pid    int
	record containerd.Record
}

// askAgain asks for the container's task and record a second time.
func (r *Resolver) askAgain(ctx context.Context, c *candidate) (asked, State, error) {
	again := askID(ctx, c.daemon, c.container.Namespace, c.container.ID, true)
	record, err := again.record.Wait(ctx)
	if err != nil {
		again.dropTask()
		return asked{}, Unknown, err
	}
	now := *c
	now.task = again.task
	pid, state, err := r.process(ctx, &now)
	return asked{pid: pid, record: record}, state, err
}

// withSpec returns the container with its spec decoded, nil when there is none.
// The files of a container that are damaged are none; a record that is damaged
// is an error.
func (c *candidate) withSpec() (Container, error) {
	container := c.container
	if len(c.record.SpecJSON) == 0 && c.daemon == nil {
		return container, nil
	}
	spec, err := c.record.Spec()
	if err != nil && c.daemon == nil {
		return container, nil // it gets what its init shows, and no more
	}
	if err != nil {
		return Container{}, err
	}
	container.Spec = spec
	return container, nil
}

// specFrom says who gave the container its spec.
func (c *candidate) specFrom(container Container) string {
	switch {
	case container.Spec == nil:
		return ""
	case c.daemon != nil:
		return source(c.daemon)
	}
	return "the config.json of its bundle"
}
