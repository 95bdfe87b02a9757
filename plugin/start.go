package plugin

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/sidestep-dev/sidestep/internal/monitor"
	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// start starts the command and writes its PID file. A signal that would end
// the command ends the start: a container that is paused, or that serves its
// own files, may keep it waiting. Later ones are for the command.
func (s *execution) start(ctx context.Context, stdio nsenter.Stdio, size term.Size) (*nsenter.Process, error) {
	defer s.early.over()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	file, err := newPIDFile(s.request.pidFile)
	if err != nil {
		return nil, err
	}
	defer file.close()
	process, err := nsenter.Start(ctx, s.own, s.target.Process, s.plan, stdio, size)
	if err != nil {
		return nil, err
	}
	monitor.Restore() // the command may run for long; what comes first is done
	s.debugf("the command runs as PID %d", process.PID())
	err = file.write(process.PID())
	if err == nil {
		err = s.caller.started(process.PID())
	}
	if err != nil {
		return nil, s.abandon(process, err)
	}
	return process, nil
}

// abandonDeadline is how long a killed command may take to be gone. One in an
// uninterruptible sleep, or in a frozen cgroup, takes longer.
const abandonDeadline = 2 * time.Second

// abandon kills the command because of err, which it returns.
func (s *execution) abandon(process *nsenter.Process, err error) error {
	if killErr := process.Signal(os.Kill); killErr != nil {
		return fmt.Errorf("%w (and PID %d was left: %w)", err, process.PID(), killErr)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		// Its status is that of SIGKILL, whatever Wait says.
		_, _ = process.Wait()
	}()
	select {
	case <-gone:
		return err
	case <-time.After(abandonDeadline):
		return fmt.Errorf("%w (and PID %d was killed but is not gone after %s)", err, process.PID(), abandonDeadline)
	}
}
