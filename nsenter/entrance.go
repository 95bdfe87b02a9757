package nsenter

import (
	"context"
	"errors"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// entrance is the way of one process into a container.
type entrance struct {
	target  *proc.Process
	plan    *plan.Plan
	filters []sys.Filter
	program *stage.Program
	cgroups hierarchies
	control *os.File
	child   *sys.Child
	image   image // that child runs
	short   bool  // of memory: the cgroup that child is born in

	listener *os.File // of the seccomp filter that asks a supervisor
}

// enter goes the way. Nothing in it waits but for a word of the process's: one that is
// born into a cgroup which freezes at that moment is left behind at the deadline, and
// finds its control socket closed at the thaw.
func enter(ctx context.Context, e *entrance, stdio Stdio) (*Process, error) {
	if err := e.spawn(stdio); err != nil {
		return nil, &StepError{Step: "start the executor", Err: err}
	}
	if err := e.finish(ctx); err != nil {
		return nil, err
	}
	return &Process{child: e.child}, nil
}

// finish sees the process through, or ends it.
func (e *entrance) finish(ctx context.Context) error {
	defer e.control.Close()
	// It fails only when the socket is closed, by the end of all this.
	stop := context.AfterFunc(ctx, func() { _ = sys.Shutdown(e.control) })
	defer stop()
	err := e.guide()
	if err == nil {
		return nil
	}
	e.abandon()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return goneOr(e.target, err)
}

// guide sees the process through its program: Ready, Born, Listener where there
// is one, and the silence of a successful execve(2).
func (e *entrance) guide() error {
	if e.listensEarly() {
		if err := e.takeListener(); err != nil {
			return err
		}
		defer e.listener.Close()
		if err := e.release(); err != nil {
			return err
		}
	}
	ready, err := e.receive(entry.Ready, "the executor to join the container")
	if err != nil {
		return err
	}
	if cwd := byte(ready); cwd != '/' { // "(unreachable)", see getcwd(2)
		return &DirectoryError{Directory: e.plan.Cwd, Err: errors.New("it is not below the container's root")}
	}
	if err := confine(e.plan, e.cgroups, e.child.Pid); err != nil {
		return err
	}
	if err := e.target.Alive(); err != nil {
		return err
	}
	if e.plan.Joins(proc.PID) {
		if err := e.follow(); err != nil {
			return err
		}
		if err := confineLate(e.plan, e.cgroups, e.child.Pid); err != nil {
			return err
		}
	}
	if err := e.schedule(); err != nil {
		return err
	}
	if e.listensEarly() { // now it is the process that the supervisor is to know
		if err := e.passListener(); err != nil {
			return err
		}
	}
	if err := e.release(); err != nil {
		return err
	}
	if e.listens() && !e.listensEarly() {
		if err := e.takeListener(); err != nil {
			return err
		}
		if err := e.passListener(); err != nil {
			return err
		}
		if err := e.release(); err != nil {
			return err
		}
	}
	return e.awaitExec()
}

// schedule gives the last of the executor's processes its CPUs and its scheduler,
// which may be one that a fork does not inherit or that forbids it.
//
// Until now it has had one CPU. A process keeps what CPUs it had when it changes its
// cpuset, since Linux 6.2.
func (e *entrance) schedule() error {
	if err := sys.SetAffinity(e.child.Pid, e.plan.CPUs); err != nil {
		return &StepError{Step: "set the CPU affinity", Err: err}
	}
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
	born, err := e.born(int(pid))
	if err != nil {
		return &StepError{Step: "find the executor's fork", Err: err}
	}
	parent := e.child
	e.child = born
	_ = parent.Signal(os.Kill) // it has nothing left to do, and could be frozen before it ends
	if _, err := parent.WaitFor(startDeadline); err != nil {
		return &StepError{Step: "wait for the executor to end", Err: err}
	}
	return nil
}
