package sys

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/internal/monitor"
	"github.com/sidestep-dev/sidestep/internal/nofile"
)

// Child is a child of this process, by its pidfd: nothing that is done to it can
// reach another process. An os.Process would do, but before the first one the os
// package tries out pidfds on a process that it starts for that, and each that is
// waited for takes a thread.
type Child struct {
	Pid   int
	pidfd *os.File

	errand  *errand // that it began with, and reads until it executes its program; or nil
	failure error   // of the errand
}

// Birth is what a child of StartChild has from its birth.
type Birth struct {
	DieWithParent bool     // when the thread ends that has started it (PR_SET_PDEATHSIG(2const))
	Cgroup        *os.File // of version 2, or nil: the parent's

	// The child shares no memory with the parent before it executes its program: who
	// kills the one does not kill the other, as the OOM killer would. It takes longer.
	Apart bool
}

// StartChild starts a program, an open file, with an empty environment and these
// descriptors. All its signals are blocked. That it could not be executed is known
// once the child has ended: see Failure. Least kernel version: 5.3, and 5.7 for a
// cgroup.
func StartChild(program *os.File, files []*os.File, birth Birth) (*Child, error) {
	slack, err := monitor.Slack()
	if err != nil {
		return nil, err
	}
	fds, copies, err := outOfTheWay(program, files)
	defer closeFDs(copies)
	if err != nil {
		return nil, err
	}
	e := newErrand(4+len(files), 128)
	e.call("prctl", unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, uintptr(slack))
	if birth.DieWithParent {
		e.dieWithParent()
	}
	for to, fd := range fds[1:] {
		if fd == uintptr(to) {
			e.call("fcntl", unix.SYS_FCNTL, fd, unix.F_SETFD, 0)
		} else {
			e.call("dup3", unix.SYS_DUP3, fd, uintptr(to), 0)
		}
	}
	e.giveBackLimit()          // last: it bounds the numbers above
	vector, argv := e.words(2) // the second is the end, and an empty environment
	vector[0] = e.text("sidestep")
	e.call("execveat", unix.SYS_EXECVEAT, fds[0], e.text(""), argv, argv+unsafe.Sizeof(argv), unix.AT_EMPTY_PATH)
	flags := uint64(unix.CLONE_VM)
	if birth.Apart {
		flags = 0
	}
	pid, pidfd, err := e.start(flags, unix.SIGCHLD, birth.Cgroup)
	runtime.KeepAlive(program)
	runtime.KeepAlive(files)
	if err != nil {
		return nil, err
	}
	child, err := newChild(pid, pidfd)
	if err != nil {
		_ = unix.Kill(pid, unix.SIGKILL)
		Reap(pid)
		runtime.KeepAlive(e)
		return nil, err
	}
	child.errand = e
	return child, nil
}

// giveBackLimit undoes for the process what Go does to RLIMIT_NOFILE at its start.
func (e *errand) giveBackLimit() {
	var now unix.Rlimit
	was := nofile.Started()
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &now) != nil || now.Max != was.Hard || now.Cur == was.Soft {
		return // or it is one that this program has set
	}
	limit, at := e.words(2)
	limit[0], limit[1] = uintptr(was.Soft), uintptr(was.Hard)
	e.call("prlimit64", unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, at, 0)
}

func closeFDs(fds []int) {
	for _, fd := range fds {
		unix.Close(fd)
	}
}

// outOfTheWay returns descriptors of the program and of the files, of which the
// first is to become descriptor 0, and so on. None has a number that another one is
// to get: those that had are copies.
func outOfTheWay(program *os.File, files []*os.File) (fds []uintptr, copies []int, err error) {
	for i, f := range append([]*os.File{program}, files...) {
		fd := f.Fd()
		if own := uintptr(i - 1); fd < uintptr(len(files)) && (i == 0 || fd != own) {
			n, err := unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, len(files))
			if err != nil {
				return nil, copies, os.NewSyscallError("fcntl", err)
			}
			fd = uintptr(n)
			copies = append(copies, n)
		}
		fds = append(fds, fd)
	}
	return fds, copies, nil
}

// AdoptChild takes a child that was not started by StartChild.
func AdoptChild(pid int) (*Child, error) {
	pidfd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, os.NewSyscallError("pidfd_open", err)
	}
	return newChild(pid, pidfd)
}

// newChild makes the pidfd one that is waited for without a thread.
func newChild(pid, pidfd int) (*Child, error) {
	if err := unix.SetNonblock(pidfd, true); err != nil {
		unix.Close(pidfd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	return &Child{Pid: pid, pidfd: os.NewFile(uintptr(pidfd), "pidfd")}, nil
}

// Signal sends a signal. The error is os.ErrProcessDone when the child was waited
// for.
func (c *Child) Signal(sig os.Signal) error {
	err := PidfdSendSignal(c.pidfd, sig)
	if errors.Is(err, os.ErrClosed) || IsNoProcess(err) { // it is closed once it was waited for
		return os.ErrProcessDone
	}
	return err
}

// AwaitExit waits until the child has exited and leaves it to be waited for: its
// PID, and the process group that it leads, keep meaning what they mean.
func (c *Child) AwaitExit() error {
	conn, err := c.pidfd.SyscallConn()
	if err != nil {
		return err
	}
	var pollErr error
	err = conn.Read(func(fd uintptr) bool {
		exited := false
		exited, pollErr = readable(fd, 0)
		return exited || pollErr != nil
	})
	if err == nil {
		err = pollErr
	}
	return err
}

// WaitFor waits as Wait does, and no longer than that: then the error is
// os.ErrDeadlineExceeded, and the child is waited for in the background.
func (c *Child) WaitFor(timeout time.Duration) (syscall.WaitStatus, error) {
	if err := c.pidfd.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return 0, err
	}
	status, err := c.Wait()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if c.pidfd.SetReadDeadline(time.Time{}) == nil {
			go c.Wait() //nolint:errcheck // how it ended does not matter any more
		}
	}
	return status, err
}

// Wait waits for the end of the child. It is called once.
func (c *Child) Wait() (syscall.WaitStatus, error) {
	if err := c.AwaitExit(); err != nil {
		return 0, err
	}
	defer c.pidfd.Close()
	var status unix.WaitStatus
	for {
		_, err := unix.Wait4(c.Pid, &status, 0, nil)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if c.errand != nil {
			c.failure = c.errand.failure()
		}
		return syscall.WaitStatus(status), os.NewSyscallError("wait4", err)
	}
}

// Failure says, after Wait, why the child could not execute its program; nil when it
// could, or was born apart.
func (c *Child) Failure() error { return c.failure }

// Describe says how a child ended, as os.ProcessState does.
func Describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("signal: %v", status.Signal())
	}
	return fmt.Sprintf("exit status %d", status.ExitStatus())
}
