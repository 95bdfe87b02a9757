package resolver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/internal/stack"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// How long containerd is waited for alone, which on a healthy machine answers
// within some 5 ms, and until when its answer is preferred to one that its
// containers' files gave meanwhile.
const (
	hedgeAfter  = 100 * time.Millisecond
	preferUntil = 200 * time.Millisecond
)

// total bounds the whole search for a container's process, unless the user has
// said how long to wait for an answer, or the host is crowded.
const total = 1800 * time.Millisecond

// bounded gives ctx the deadline of a whole search.
func (r *Resolver) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.patient {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, r.total)
}

// lookOnce returns a function that makes a survey when it is first called, and
// returns the same later.
func (r *Resolver) lookOnce(ctx context.Context) func() *survey {
	return sync.OnceValue(func() *survey { return r.look(ctx) })
}

// outcome is what became of an attempt to pin a process.
type outcome struct {
	target *Target
	err    error
}

func attempt(do func() (*Target, error)) <-chan outcome {
	done := make(chan outcome, 1)
	go func() {
		stack.Grow()
		target, err := do()
		done <- outcome{target, err}
	}()
	return done
}

// close lets go of a process that is not needed.
func (o outcome) close() {
	if o.target != nil {
		o.target.Close()
	}
}

// abandon lets go of a process that is pinned too late.
func abandon(late <-chan outcome) {
	if late != nil {
		go func() { (<-late).close() }()
	}
}

// pin pins the process of a container. containerd is asked first; when it has
// not answered soon, or does not know, the container's files and processes are
// looked at beside it. What containerd says meanwhile is preferred.
func (r *Resolver) pin(ctx context.Context, c *candidate, look func() *survey) (*Target, error) {
	switch {
	case c.daemon == nil && c.trace != nil:
		found := attempt(func() (*Target, error) { return r.fromDisk(ctx, c, c.trace, c.trace.believe) })
		o := noted(<-found, c.silent)
		return o.target, o.err
	case c.daemon == nil || len(r.onDisk()) == 0:
		return r.byDaemon(ctx, c)
	}
	disk := func() <-chan outcome {
		return attempt(func() (*Target, error) {
			t := r.traceOf(c, look)
			return r.fromDisk(ctx, c, t, t.believe)
		})
	}
	if r.hurries() {
		if first := <-disk(); first.err == nil {
			return first.target, nil
		}
	}
	begun := time.Now()
	daemon := attempt(func() (*Target, error) { return r.byDaemon(ctx, c) })
	hedge := time.After(hedgeAfter)
	var files <-chan outcome
	var found outcome
	var prefer <-chan time.Time // until then the daemon may still answer
	for {
		select {
		case first := <-daemon:
			why := unsaid(first.err)
			if why == "" {
				found.close()
				abandon(files)
				return first.target, first.err
			}
			if files == nil && found == (outcome{}) {
				files = disk()
			}
			if files != nil {
				found = <-files
			}
			return second(noted(found, why), first.err)
		case <-hedge:
			if hedge = r.later(begun); hedge == nil {
				files = disk()
			}
		case found = <-files:
			files = nil
			if found.err == nil || hasEnded(found.err) {
				prefer = time.After(preferUntil - time.Since(begun))
			}
		case <-prefer:
			abandon(daemon)
			if found.err != nil {
				return nil, found.err
			}
			why := fmt.Sprintf("%s did not answer in %s", silentOne(found.target, c.daemon), Rounded(time.Since(begun), 10*time.Millisecond))
			return noted(found, why).target, nil
		}
	}
}

// silentOne names who did not answer when a containerd, which knows the container,
// was asked for its task. It asks the shim, which is to blame if it did not answer
// sidestep either, and may be if it was not waited for.
func silentOne(found *Target, daemon *containerd.Client) string {
	for _, other := range found.Others {
		switch {
		case other.silent:
			return fmt.Sprintf("the container's shim, which %s asks,", source(daemon))
		case other.Source == SourceShim && other.unheard:
			return source(daemon) + ", which asks the container's shim,"
		}
	}
	return source(daemon)
}

// second returns the target that was found second, or else what is worse: that
// two processes may be meant, and then what was said first.
func second(found outcome, first error) (*Target, error) {
	var differ *DisagreementError
	var unknown, files *UnknownStateError
	switch {
	case found.err == nil:
		return found.target, nil
	case errors.As(found.err, &differ), hasEnded(found.err):
		return nil, found.err
	case errors.As(first, &unknown) && errors.As(found.err, &files):
		also := *unknown
		also.Others = files.Others
		return nil, &also
	}
	return nil, first
}

// hasEnded reports whether the files of a container name a process that is gone.
func hasEnded(err error) bool {
	var state *StateError
	return errors.As(err, &state) && state.State == Stopped && state.Reason != ""
}

// noted gives a target its notice: why somebody else was not believed first.
func noted(found outcome, why string) outcome {
	if t := found.target; t != nil && why != "" {
		t.Others = append([]Other{{Source: SourceContainerd, Reason: why}}, t.Others...)
		t.Notice = fmt.Sprintf("%s; found PID %d in %s", why, t.Process.PID(), t.Source)
	}
	return found
}

// unsaid says why what containerd answered does not name a container's process
// although it may have one; "" when containerd has said what there is to say.
func unsaid(err error) string {
	var state *StateError
	var unknown *UnknownStateError
	var connect *ConnectError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &state) && state.State == NoTask:
		return "containerd has no task of it"
	case errors.As(err, &unknown) && unknown.Err == nil:
		return fmt.Sprintf("%s named no process in %s", unknown.Source, Rounded(unknown.After, 10*time.Millisecond))
	case errors.As(err, &connect):
		return connect.Error()
	case errors.As(err, &unknown):
		return unknown.Err.Error()
	}
	return ""
}

// traceOf returns what is known of a container that a containerd knows. Where only
// other containerds have one of that ID, the runtime's state and the cgroup are
// theirs: two containers of a namespace share the places of both.
func (r *Resolver) traceOf(c *candidate, look func() *survey) *trace {
	s := look()
	if t := s.find(c.daemon.Address(), c.container.Namespace, c.container.ID); t != nil {
		return t
	}
	t := &trace{id: c.container.ID, namespace: c.container.Namespace, address: c.daemon.Address()}
	if s.elsewhere(t.namespace, t.id) != "" {
		t.scan = &procfs.Scan{}
		return t
	}
	t.scan = s.scan
	t.findBundle(r.places.root)
	t.read(r.places.root)
	return t
}
