package nsenter

import (
	"context"
	"errors"
	"os"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// startDeadline bounds each message that Start waits for.
const startDeadline = 10 * time.Second

// Start carries out a plan that Prepare made for target and the same caller. It
// returns when the command runs, that is after its execve(2) succeeded.
//
// The errors are *ExecError when the command cannot be executed,
// *DirectoryError, proc.ErrGone when init died meanwhile, and *StepError.
// Whatever was started has ended then.
//
// Until the command runs, its process dies with the thread that called Start
// (PR_SET_PDEATHSIG(2const)). Go ends a thread when a goroutine returns that is
// locked to it: a program with such goroutines locks the calling one, too.
func Start(ctx context.Context, caller *Caller, target *proc.Process, p *plan.Plan, stdio Stdio, size term.Size) (*Process, error) {
	filters, err := copyFilters(ctx, target, p)
	if err != nil {
		return nil, err
	}
	program := entry.Compile(p, filters)
	if entry.MustWait(p, program, filters) {
		traceable, err := mayBeTraced(p, target)
		if err == nil && traceable {
			err = errTraceable
		}
		if err != nil {
			return nil, &FiltersError{Err: err}
		}
		late := *p
		late.LateFilters = true
		p, program = &late, entry.Compile(&late, filters)
	}
	var terminal *os.File
	if p.TTY {
		pty, err := openTerminal(target, p, size)
		if err != nil {
			return nil, err
		}
		defer pty.slave.Close()
		terminal, stdio = pty.master, Stdio{Stdin: pty.slave, Stdout: pty.slave, Stderr: pty.slave}
	}
	if err := stdio.giveTo(p.Owner()); err != nil {
		return nil, &StepError{Step: "give the pipes to the user", Err: err}
	}
	e := &entrance{target: target, plan: p, cgroups: caller.cgroupRoots, filters: filters, program: program}
	process, err := enter(ctx, e, stdio)
	if noRoomToFork(err) && p.MayCountLate() {
		late := *p
		late.CountLate = true
		e = &entrance{target: target, plan: &late, cgroups: caller.cgroupRoots, filters: filters, program: entry.Compile(&late, filters)}
		process, err = enter(ctx, e, stdio)
	}
	if err != nil {
		if terminal != nil {
			terminal.Close()
		}
		return nil, err
	}
	process.terminal = terminal
	return process, nil
}

// noRoomToFork reports whether the container has as many processes as it may
// have.
func noRoomToFork(err error) bool {
	var step *StepError
	return errors.As(err, &step) && step.Step == entry.StepFork && errors.Is(err, syscall.EAGAIN)
}
