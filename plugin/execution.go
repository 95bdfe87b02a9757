package plugin

import (
	"context"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/relay"
	"github.com/sidestep-dev/sidestep/nsenter/term"
	"github.com/sidestep-dev/sidestep/resolver"
)

// execution is a command on its way into a container, and the caller's side.
type execution struct {
	request request
	target  *resolver.Target
	plan    *plan.Plan
	own     *nsenter.Caller
	early   *early
	caller  caller
	debugf  func(string, ...any)
}

// run starts the command and, unless it is detached, waits for its end. starting
// is done when the command is not to be started any more, ctx when its caller is
// gone.
func (s *execution) run(ctx, starting context.Context) (nsenter.Status, error) {
	switch {
	case s.request.detach:
		return nsenter.Status{}, s.detached(starting)
	case s.request.TTY:
		return s.onTerminal(ctx, starting)
	}
	return s.onStreams(ctx, starting)
}

// detached starts the command and leaves it. It reads and writes the
// container's null device, whatever the caller has: a pipe of the caller
// would be kept open for as long as the command runs.
func (s *execution) detached(ctx context.Context) error {
	null, err := nsenter.OpenNull(s.target.Process)
	if err != nil {
		return err
	}
	defer null.Close()
	_, err = s.start(ctx, nsenter.Stdio{Stdin: null, Stdout: null, Stderr: null}, term.Size{})
	return err
}

// onStreams runs the command with the caller's streams.
func (s *execution) onStreams(ctx, starting context.Context) (nsenter.Status, error) {
	stdin, stdout, stderr := s.caller.streams(s.request.interactive)
	r, err := relay.Open(stdin, stdout, stderr)
	if err != nil {
		return nsenter.Status{}, err
	}
	defer r.Close()
	var stdio nsenter.Stdio
	stdio.Stdin, stdio.Stdout, stdio.Stderr = r.Files()
	process, err := s.start(starting, stdio, term.Size{})
	if err != nil {
		return nsenter.Status{}, err
	}
	r.Start()
	return s.ended((&watch{process: process, relay: r, early: s.early.came, signals: s.early.signals, gone: ctx.Done()}).run())
}

// onTerminal runs the command on a terminal of its own. The caller's is put
// into raw mode when something is typed into the command's.
func (s *execution) onTerminal(ctx, starting context.Context) (nsenter.Status, error) {
	process, err := s.start(starting, nsenter.Stdio{}, s.caller.size())
	if err != nil {
		return nsenter.Status{}, err
	}
	stdin, stdout, _ := s.caller.streams(s.request.interactive)
	r, err := relay.AttachTerminal(process.Terminal(), stdin, stdout)
	if err != nil {
		return nsenter.Status{}, s.abandon(process, err)
	}
	defer r.Close()
	if s.request.interactive {
		restore, err := s.caller.raw()
		if err != nil {
			return nsenter.Status{}, s.abandon(process, err)
		}
		// Fails when the terminal is gone, and then nobody misses its mode.
		defer func() { _ = restore() }()
	}
	r.Start()
	w := &watch{process: process, relay: r, early: s.early.came, signals: s.early.signals, gone: ctx.Done(), terminal: true, noInput: !s.request.interactive}
	w.resize = func() error { return process.Resize(s.caller.size()) }
	return s.ended(w.run())
}

func (s *execution) ended(status nsenter.Status, err error) (nsenter.Status, error) {
	if err == nil {
		s.debugf("the command ended with %d", status.ExitCode())
	}
	return status, err
}
