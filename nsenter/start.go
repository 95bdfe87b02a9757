package nsenter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// startDeadline bounds each message that Start waits for.
const startDeadline = 10 * time.Second

// Start carries out a plan that Prepare made for target. It returns when the
// command runs, that is after its execve(2) succeeded.
//
// The errors are *ExecError when the command cannot be executed,
// *DirectoryError, proc.ErrGone when init died meanwhile, and *StepError.
// Whatever was started has ended then.
func Start(ctx context.Context, target *proc.Process, p *plan.Plan, stdio Stdio, size term.Size) (*Process, error) {
	filters, err := copyFilters(ctx, target, p)
	if err != nil {
		return nil, err
	}
	var terminal *os.File
	if p.TTY {
		var slave *os.File
		terminal, slave, err = openTerminal(target, p, size)
		if err != nil {
			return nil, &StepError{Step: "open a terminal in the container's devpts", Err: err}
		}
		defer slave.Close()
		stdio = Stdio{Stdin: slave, Stdout: slave, Stderr: slave}
	}
	e := &entrance{target: target, plan: p, program: entry.Compile(p, filters)}
	process, err := e.start(ctx, stdio)
	if err != nil {
		if terminal != nil {
			terminal.Close()
		}
		return nil, err
	}
	process.terminal = terminal
	return process, nil
}

// entrance is the way of one process into a container.
type entrance struct {
	target  *proc.Process
	plan    *plan.Plan
	program *stage.Program
	control *os.File
	child   *os.Process
}

func (e *entrance) start(ctx context.Context, stdio Stdio) (*Process, error) {
	// The death signal of the child is that of the thread that forked it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := e.spawn(stdio); err != nil {
		return nil, &StepError{Step: "start the executor", Err: err}
	}
	defer e.control.Close()
	stop := context.AfterFunc(ctx, func() { e.control.Close() })
	defer stop()
	if err := e.guide(); err != nil {
		e.abandon()
		switch {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case e.target.Alive() != nil: // whatever failed, that is why
			err = fmt.Errorf("enter the container: %w", proc.ErrGone)
		}
		return nil, err
	}
	return newProcess(e.child)
}

// spawn starts the executor with its descriptors: 0, 1, 2, those to preserve,
// the control socket and the pidfd.
func (e *entrance) spawn(stdio Stdio) error {
	image, err := sys.NewExecutable("sidestep")
	if err != nil {
		return err
	}
	defer image.Close()
	if err := e.program.WriteImage(image, entry.Control(e.plan)); err != nil {
		return err
	}
	if err := sys.Seal(image); err != nil {
		return err
	}
	ours, theirs, err := sys.ControlPair()
	if err != nil {
		return err
	}
	defer theirs.Close()
	files := []*os.File{stdio.Stdin, stdio.Stdout, stdio.Stderr}
	for fd := 3; fd < 3+e.plan.PreserveFDs; fd++ {
		file, err := sys.Inherited(fd)
		if err != nil {
			return fmt.Errorf("preserve descriptor %d: %w", fd, err)
		}
		files = append(files, file)
	}
	// The path goes through this process: the child's own descriptors are
	// already in their new places when it executes the image.
	path := fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), image.Fd())
	e.child, err = os.StartProcess(path, []string{"sidestep"}, &os.ProcAttr{
		Files: append(files, theirs, e.target.Pidfd()),
		Env:   []string{},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		ours.Close()
		return err
	}
	e.control = ours
	return nil
}

// guide sees the process through its program: Ready, Born, and the silence of
// a successful execve(2).
func (e *entrance) guide() error {
	ready, err := e.receive(entry.Ready, "the executor to join the container")
	if err != nil {
		return err
	}
	if cwd := byte(ready); cwd != '/' { // "(unreachable)", see getcwd(2)
		return &DirectoryError{Directory: e.plan.Cwd, Err: errors.New("it is not below the container's root")}
	}
	if err := confine(e.plan, e.child.Pid); err != nil {
		return err
	}
	if err := e.target.Alive(); err != nil {
		return err
	}
	if e.plan.Joins(proc.PID) {
		if err := e.follow(); err != nil {
			return err
		}
	}
	if err := e.schedule(); err != nil {
		return err
	}
	if err := e.release(); err != nil {
		return err
	}
	return e.awaitExec()
}

// schedule gives the last of the executor's processes its scheduler, which
// may be one that a fork does not inherit or that forbids it.
func (e *entrance) schedule() error {
	if e.plan.Scheduler == nil {
		return nil
	}
	if err := sys.SetScheduler(e.child.Pid, sys.Scheduler(*e.plan.Scheduler)); err != nil {
		return &StepError{Step: "set the scheduler", Err: err}
	}
	return nil
}

// follow takes the fork in the PID namespace for the process.
func (e *entrance) follow() error {
	if err := e.release(); err != nil {
		return err
	}
	pid, err := e.receive(entry.Born, "the executor to fork into the PID namespace")
	if err != nil {
		return err
	}
	// The fork is a child of ours that nobody else reaps: its PID is still its.
	born, err := os.FindProcess(int(pid))
	if err != nil {
		return &StepError{Step: "find the process " + strconv.Itoa(int(pid)), Err: err}
	}
	parent := e.child
	e.child = born
	if _, err := parent.Wait(); err != nil {
		return &StepError{Step: "wait for the executor", Err: err}
	}
	return nil
}
