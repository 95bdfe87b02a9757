package plugin

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/relay"
	"github.com/sidestep-dev/sidestep/resolver"
)

// inContainer gives an error what it needs of the target.
func inContainer(target *resolver.Target, err error) error {
	if errors.Is(err, plan.ErrFrozen) && holdsFilters(target.Process) {
		err = &heldFiltersError{err}
	}
	var unjoinable *nsenter.UnjoinableError
	if errors.Is(err, plan.ErrFrozen) || errors.Is(err, proc.ErrGone) || errors.As(err, &unjoinable) {
		return fmt.Errorf("%s: %w", describe(target.Container), err)
	}
	return err
}

// prepareError is a plan that could not be made.
type prepareError struct{ err error }

func (e *prepareError) Error() string { return e.err.Error() }

func (e *prepareError) Unwrap() error { return e.err }

// prepareHint is for a container that cannot be entered as asked.
func prepareHint(err error) string {
	var user *plan.UserError
	var capability *plan.CapabilityError
	var cwd *plan.CwdError
	var held *heldFiltersError
	var unjoinable *nsenter.UnjoinableError
	switch {
	case errors.As(err, &unjoinable) && unjoinable.Kernel:
		return "it is in the host's namespaces, as the caller is: run the command without sidestep"
	case errors.As(err, &unjoinable):
		return fmt.Sprintf("end it, and start the container again: kill -KILL %d", unjoinable.PID)
	case errors.As(err, &held):
		return "resume it first, or enter it as it is: --no-cgroup leaves its cgroups out, --no-seccomp its filters, which cannot be copied while it is paused"
	case errors.Is(err, plan.ErrFrozen):
		return "resume it first, or enter it as it is: --no-cgroup leaves its cgroups out"
	case errors.As(err, &user):
		return "-u takes a user of the container or a number: -u 0, -u 1000:1000"
	case errors.As(err, &capability):
		return "--cap-add takes one name of capabilities(7): --cap-add NET_ADMIN; --privileged gives all"
	case errors.Is(err, plan.ErrUnfiltered):
		return "init is not what the record says; --no-seccomp enters without a filter, as init is"
	case errors.As(err, &cwd):
		return "name another directory: -w /"
	case errors.Is(err, proc.ErrGone):
		return "the container has just ended: see sidestep ps -a"
	}
	return ""
}

// enterHint is for a way into the container that ended early.
func enterHint(err error) string {
	var directory *nsenter.DirectoryError
	var cgroup *nsenter.CgroupError
	var prepare *prepareError
	var step *nsenter.StepError
	var filters *nsenter.FiltersError
	var listener *nsenter.ListenerError
	var delivery *relay.DeliveryError
	var pidFile *pidFileError
	var preserve *nsenter.PreserveError
	if pid, ok := isStillRunning(err); ok {
		return fmt.Sprintf("end it with kill -KILL %d", pid)
	}
	switch {
	case errors.Is(err, nsenter.ErrNoMemory):
		return "raise the memory limit of its cgroup, or end something in it; --no-cgroup enters without its limits"
	case errors.As(err, &pidFile):
		return "name a file in a directory that exists and may be written: --pid-file FILE"
	case errors.As(err, &preserve):
		return fmt.Sprintf("open it for sidestep, as by %d<FILE in a shell, or pass fewer on: --preserve-fds %d", preserve.FD, preserve.FD-3)
	case errors.As(err, &delivery):
		return "the command itself may have gone on: see where its output was to go"
	case errors.As(err, &filters):
		return "init may be paused or traced by a debugger; --no-seccomp enters without its filters"
	case errors.As(err, &listener):
		return "the container's seccomp agent has to run and answer; --no-seccomp enters without it"
	case errors.As(err, &cgroup):
		return "run it where the host's cgroup file systems are mounted and may be written to; --no-cgroup stays out of them"
	case errors.As(err, &directory):
		return "name a directory that the container has: -w /"
	case errors.Is(err, nsenter.ErrCallerNoNewPrivs):
		return "run sidestep without no_new_privs (setpriv, NoNewPrivileges= of systemd, allowPrivilegeEscalation of a pod): it cannot be undone; exec --no-new-privs gives it to the command"
	case errors.As(err, &step) && strings.HasPrefix(step.Step, "ask for the "):
		return "the profile may have been unloaded, or the policy forbid it to the caller; --no-label enters without"
	case errors.As(err, &step) && strings.HasPrefix(step.Step, "set RLIMIT_"):
		return "the container's limit is above the caller's hard one (ulimit -H): that needs CAP_SYS_RESOURCE"
	case errors.As(err, &step) && errors.Is(err, syscall.EAGAIN):
		return "the container may have reached its limit of processes (pids.max); --no-cgroup stays out of it"
	case errors.Is(err, fs.ErrPermission):
		return "root lacks a capability here: sidestep needs CAP_SYS_ADMIN and CAP_SYS_PTRACE on the host"
	case errors.As(err, &step):
		return "nothing runs in the container: --dry-run shows the steps that were to be taken"
	case errors.As(err, &prepare):
		return "nothing was started: see sidestep exec --help for what the options take"
	}
	return ""
}

// lookInside needs nothing of the container: some have one program only.
const lookInside = "ls /proc/$(sidestep pid CONTAINER)/root/bin shows what it has"

// execHint is for a command that could not be executed.
func execHint(e *nsenter.ExecError) (hint string, code int) {
	switch {
	case e.Command == "--":
		hint = "one -- is enough: what comes after it is the command, here another --"
	case strings.HasPrefix(e.Command, "-"):
		hint = "options go before the container: sidestep exec " + e.Command + " … CONTAINER COMMAND"
	case strings.Contains(e.Command, " "):
		hint = "a command with arguments is not one word; for a line of shell use sh -c"
	case e.NotFound:
		hint = "the container has its own files, and maybe no shell: " + lookInside
	case strings.HasSuffix(e.Reason, "is a directory"):
		hint = "name a program in it: sidestep exec CONTAINER ls -l " + e.Command
	case e.NoInterpreter:
		hint = "the container lacks what runs it: a script names that in its first line (head -1), a program in its header (file)"
	default:
		hint = "see ls -l of it in the container, and whether it is for this machine"
	}
	if e.NotFound {
		return hint, exitNotFound
	}
	return hint, exitNotExecutable
}
