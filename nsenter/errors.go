package nsenter

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// ExecError says that everything went well but the execution of the command.
type ExecError struct {
	Command  string
	NotFound bool // there is no such file, as opposed to one that cannot be executed
	Reason   string

	NoInterpreter bool // the file is there, and the program that is to run it is not
}

func (e *ExecError) Error() string { return fmt.Sprintf("execute %q: %s", e.Command, e.Reason) }

// DirectoryError says that the process could not change to its working
// directory.
type DirectoryError struct {
	Directory string
	Err       error
}

func (e *DirectoryError) Error() string {
	return fmt.Sprintf("change to the working directory %q: %v", e.Directory, e.Err)
}

// Unwrap returns the errno.
func (e *DirectoryError) Unwrap() error { return e.Err }

// PreserveError says that the caller has not opened a descriptor that the command
// is to have.
type PreserveError struct {
	FD  int
	Err error
}

func (e *PreserveError) Error() string { return fmt.Sprintf("preserve descriptor %d: %v", e.FD, e.Err) }

// Unwrap returns the reason.
func (e *PreserveError) Unwrap() error { return e.Err }

// FiltersError says that the seccomp filters of the container's init could
// not be copied, so that no process is started without them.
type FiltersError struct{ Err error }

func (e *FiltersError) Error() string {
	if errors.Is(e.Err, context.DeadlineExceeded) {
		return fmt.Sprintf("copy the seccomp filters of init: it did not stop in %v", stopDeadline)
	}
	return fmt.Sprintf("copy the seccomp filters of init: %v", e.Err)
}

// Unwrap returns the reason; context.DeadlineExceeded when init did not stop.
func (e *FiltersError) Unwrap() error { return e.Err }

// CgroupError says that a cgroup of the container could not be opened where the
// hierarchies are mounted.
type CgroupError struct {
	Path string
	Err  error
}

func (e *CgroupError) Error() string { return fmt.Sprintf("open the cgroup %q: %v", e.Path, e.Err) }

// Unwrap returns the reason.
func (e *CgroupError) Unwrap() error { return e.Err }

// ListenerError says that the process whose seccomp filter asks a supervisor
// could not be given to it, so that it was not started.
type ListenerError struct {
	Path string // of the supervisor's socket
	Err  error
}

func (e *ListenerError) Error() string {
	return fmt.Sprintf("pass the seccomp listener to %q: %v", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *ListenerError) Unwrap() error { return e.Err }

// ErrCallerNoNewPrivs says that the command would have no_new_privs, which is not
// in its plan: whatever a process starts has it too, and it cannot be undone.
var ErrCallerNoNewPrivs = errors.New("its no_new_privs is true, since this process has it")

// StepError says which step on the way into the container failed.
type StepError struct {
	Step string // in words: "join the namespaces"
	Err  error
}

func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap returns the reason, often an errno.
func (e *StepError) Unwrap() error { return e.Err }

// explain gives the record of a failed call its meaning.
func explain(p *plan.Plan, program *stage.Program, record stage.Record) error {
	call, ok := program.Call(record)
	if !ok {
		return &StepError{Step: "enter the container", Err: fmt.Errorf("an unknown message %d", record.Call)}
	}
	errno := syscall.Errno(-record.Result)
	exec := func(reason string) error {
		return &ExecError{Command: p.Args[0], NotFound: call.Step == entry.StepNotFound && notThere(errno), Reason: reason}
	}
	switch call.Step {
	case entry.StepNotFound:
		if !p.Named() {
			return exec("no such command in PATH")
		}
		return exec(errno.Error())
	case entry.StepIsDirectory:
		return exec("is a directory")
	case entry.StepNotExecutable:
		return exec("permission denied: not executable for the user, or on a mount without exec")
	case entry.StepExecute:
		return &ExecError{Command: p.Args[0], Reason: execReason(errno), NoInterpreter: errno == syscall.ENOENT}
	case entry.StepDirectory:
		return &DirectoryError{Directory: p.Cwd, Err: errno}
	}
	return &StepError{Step: call.Step, Err: errno}
}

func notThere(errno syscall.Errno) bool { return errno == syscall.ENOENT || errno == syscall.ENOTDIR }

// execReason says what an error of execve(2) means for a file that exists and
// may be executed.
func execReason(errno syscall.Errno) string {
	switch {
	case errors.Is(errno, syscall.ENOENT):
		return "its interpreter or dynamic loader does not exist"
	case errors.Is(errno, syscall.ENOEXEC):
		return "exec format error: neither a program of this machine nor a script that starts with #!"
	case errors.Is(errno, syscall.E2BIG):
		return "argument list too long"
	}
	return errno.Error()
}
