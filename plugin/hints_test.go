package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/relay"
	"github.com/sidestep-dev/sidestep/resolver"
)

func reference(t *testing.T, text string) resolver.Reference {
	t.Helper()
	ref, err := resolver.ParseReference(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// oneFailure is a way to fail, its exit code and a part of its hint.
type oneFailure struct {
	err  error
	code int
	hint string
}

func failures(t *testing.T) []oneFailure {
	t.Helper()
	_, badReference := resolver.ParseReference("")
	web := resolver.Container{ID: "web", Namespace: "default", Name: "web"}
	ref := reference(t, "web")
	connect := func(e resolver.ConnectError) error {
		e.Address = "/s"
		return fmt.Errorf("ask: %w", &e)
	}
	silent := connect(resolver.ConnectError{Kind: resolver.NoAnswer, After: time.Second, Question: "its version"})
	return []oneFailure{
		{errors.New("anything"), 125, "--debug"},
		{rootUsage("bad"), 125, "--help"},
		{badReference, 125, "CONTAINER is an ID"},
		{&resolver.NotFoundError{Reference: ref, Searched: []string{"x"}}, 125, "sidestep ps -a"},
		{&resolver.NotFoundError{Reference: ref, Namespace: &resolver.NamespaceError{Namespace: "k8s"}}, 125, "with -n or"},
		{&resolver.NotFoundError{Reference: ref, Unanswered: []error{silent}}, 125, "--timeout 30s"},
		{&resolver.NotFoundError{Reference: ref, Unanswered: []error{connect(resolver.ConnectError{Kind: resolver.NoSocket})}}, 125, "-a SOCKET"},
		{&resolver.AmbiguousError{Reference: ref, Candidates: []resolver.Container{web, web}}, 125, "pid:N"},
		{&resolver.StateError{Container: web, State: resolver.Stopped}, 125, "start it first"},
		{&resolver.StateError{Container: web, State: resolver.NoTask}, 125, "start it first"},
		{&resolver.StateError{Container: web, State: resolver.Created}, 125, "no process of the container"},
		{&resolver.UnknownStateError{Container: web, Source: "x"}, 125, "pid:N"},
		{&resolver.UnknownStateError{Container: web, Err: silent, Elsewhere: "/run/c.sock"}, 125, "name that one, --address /run/c.sock, or none"},
		{&resolver.DisagreementError{Container: web, PIDs: [2]int{7, 8}, Where: [2]string{"x", "y"}}, 125, "ps -fp 7,8"},
		{&resolver.GoneError{Container: web, PID: 2, Reason: "it exited", Err: proc.ErrGone}, 125, "try again"},
		{connect(resolver.ConnectError{Kind: resolver.NoSocket}), 125, "CONTAINERD_ADDRESS"},
		{connect(resolver.ConnectError{Kind: resolver.NotSocket}), 125, "-a SOCKET"},
		{connect(resolver.ConnectError{Kind: resolver.NoListener}), 125, "is containerd running?"},
		{connect(resolver.ConnectError{Kind: resolver.PermissionDenied, Err: syscall.EACCES}), 125, "ls -l /s"},
		{connect(resolver.ConnectError{Kind: resolver.NotContainerd}), 125, "-a SOCKET"},
		{silent, 125, "nothing that it left on this host names the container: see sidestep doctor, or wait longer with --timeout"},
		{&listError{silent}, 125, "nothing that it left on this host shows a container: see sidestep doctor, or wait longer with --timeout"},
		{plan.ErrFrozen, 125, "--no-cgroup"},
		{&heldFiltersError{&prepareError{plan.ErrFrozen}}, 125, "--no-seccomp"},
		{&plan.UserError{User: "nobody", Err: errors.New("none")}, 125, "-u 0"},
		{&prepareError{errors.New("anything")}, 125, "nothing was started"},
		{&prepareError{&plan.CapabilityError{Name: "ALL"}}, 125, "--cap-add NET_ADMIN; --privileged gives all"},
		{fmt.Errorf("start: %w", &nsenter.StepError{Step: "start the executor", Err: &nsenter.PreserveError{FD: 4, Err: syscall.EBADF}}), 125, "4<FILE in a shell, or pass fewer on: --preserve-fds 1"},
		{&prepareError{&plan.UserError{User: "nobody", Err: errors.New("none")}}, 125, "-u 0"},
		{&plan.CwdError{Cwd: "x"}, 125, "-w /"},
		{fmt.Errorf("pin: %w", proc.ErrGone), 125, "ended"},
		{&resolver.PIDNamespaceError{Container: web, Err: errors.New("it is another")}, 125, "hostPID: true"},
		{&resolver.PIDNamespaceError{Container: web, Err: proc.ErrOtherProc}, 125, "mount -t proc"},
		{fmt.Errorf("pin process 1: %w", proc.ErrOtherProc), 125, "mount -t proc"},
		{fmt.Errorf("read: %w", &nsenter.UnjoinableError{PID: 7}), 125, "kill -KILL 7"},
		{fmt.Errorf("read: %w", &nsenter.UnjoinableError{PID: 2, Kernel: true}), 125, "host's namespaces"},
		{&prepareError{&nsenter.CgroupError{Path: "/x", Err: syscall.ENOENT}}, 125, "--no-cgroup"},
		{&nsenter.StepError{Step: "start", Err: &nsenter.CgroupError{Path: "/x", Err: syscall.EROFS}}, 125, "--no-cgroup"},
		{&nsenter.DirectoryError{Directory: "/x", Err: syscall.ENOENT}, 125, "-w /"},
		{&nsenter.StepError{Step: "join", Err: syscall.EINVAL}, 125, "--dry-run"},
		{&nsenter.StepError{Step: "compare", Err: nsenter.ErrCallerNoNewPrivs}, 125, "run sidestep without no_new_privs"},
		{&nsenter.StepError{Step: "join", Err: syscall.EPERM}, 125, "CAP_SYS_ADMIN"},
		{&nsenter.StepError{Step: "set the capabilities", Err: syscall.EPERM}, 125, "that the command is to have"},
		{&nsenter.StepError{Step: "set the supplementary groups", Err: syscall.EPERM}, 125, "CAP_SETGID"},
		{&nsenter.StepError{Step: "start the executor", Err: syscall.EMFILE}, 125, "ulimit -n"},
		{connect(resolver.ConnectError{Kind: resolver.NotAsked, Err: syscall.EMFILE}), 125, "ulimit -n"},
		{fmt.Errorf("open: %w", syscall.ENFILE), 125, "file-nr"},
		{&nsenter.StepError{Step: "set RLIMIT_NOFILE", Err: syscall.EPERM}, 125, "CAP_SYS_RESOURCE"},
		{&nsenter.StepError{Step: "fork into the PID namespace", Err: syscall.EAGAIN}, 125, "pids.max"},
		{fmt.Errorf("write the table: %w", &stdoutError{syscall.ENOSPC}), 125, "where stdout goes"},
		{&relay.DeliveryError{Err: syscall.ENOSPC}, 125, "its output"},
		{&resolver.GoneError{PID: 2, Reason: "there is no such process", Err: proc.ErrGone}, 125, "pid:N is"},
		{&resolver.GoneError{PID: 8, Leader: 7, Reason: "it is a thread", Err: proc.ErrGone}, 125, "pid:7"},
		{&resolver.GoneError{PID: 8, Parent: 7, Reason: "it has ended", Err: proc.ErrGone}, 125, "ps -fp 7"},
		{&stillRunningError{pid: 7, after: time.Second}, 125, "kill -KILL 7"},
		{&nsenter.ExecError{Command: "ls", NotFound: true, Reason: "none"}, 127, "its own files, and maybe no shell: ls /proc/$(sidestep pid CONTAINER)/root/bin"},
		{&nsenter.ExecError{Command: "-it", NotFound: true, Reason: "none"}, 127, "before the container"},
		{&nsenter.ExecError{Command: "ls -l", NotFound: true, Reason: "none"}, 127, "sh -c"},
		{&nsenter.ExecError{Command: "/etc", Reason: "is a directory"}, 126, "ls -l /etc"},
		{&nsenter.ExecError{Command: "--", NotFound: true, Reason: "none"}, 127, "one -- is enough"},
		{&nsenter.ExecError{Command: "/x", Reason: "none", NoInterpreter: true}, 126, "head -1"},
		{&nsenter.ExecError{Command: "/x", Reason: "exec format error"}, 126, "for this machine"},
		{&nsenter.FiltersError{Err: context.DeadlineExceeded}, 125, "--no-seccomp"},
		{&nsenter.ListenerError{Path: "/run/agent", Err: context.DeadlineExceeded}, 125, "--no-seccomp"},
		{&nsenter.StepError{Step: "ask for the AppArmor profile", Err: syscall.ENOENT}, 125, "--no-label"},
		{&prepareError{plan.ErrUnfiltered}, 125, "--no-seccomp"},
	}
}

func TestEveryFailureHasItsHint(t *testing.T) {
	for _, c := range failures(t) {
		f := explain(c.err, 0)
		if f.code != c.code || !strings.Contains(f.hint, c.hint) {
			t.Errorf("%v: exit code %d, hint %q; not %d, %q", c.err, f.code, f.hint, c.code, c.hint)
		}
	}
}

func TestFormOfMessages(t *testing.T) {
	for _, c := range failures(t) {
		lines := strings.Split(explain(c.err, 0).Error(), "\n")
		first, last := lines[0], lines[len(lines)-1]
		if !strings.HasPrefix(first, "sidestep: error: ") || !strings.HasPrefix(last, "sidestep: hint: ") || len(lines) < 2 {
			t.Errorf("message %q", lines)
		}
		for _, line := range lines[1 : len(lines)-1] {
			if !strings.HasPrefix(line, "  ") {
				t.Errorf("detail %q", line)
			}
		}
		for _, line := range []string{first, last} {
			if strings.HasSuffix(line, ".") {
				t.Errorf("full stop in %q", line)
			}
		}
	}
}
