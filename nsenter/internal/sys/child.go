package sys

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Child is a child of this process, by its pidfd: nothing that is done to it can
// reach another process. An os.Process would do, but before the first one the os
// package tries out pidfds on a process that it starts for that, and each that is
// waited for takes a thread.
type Child struct {
	Pid   int
	pidfd *os.File
}

// StartChild starts a program with an empty environment and these descriptors,
// as os.StartProcess does. Least kernel version: 5.3.
func StartChild(path string, files []*os.File, attr *syscall.SysProcAttr) (*Child, error) {
	if err := OwnSlack(); err != nil {
		return nil, err
	}
	pidfd := -1
	attr.PidFD = &pidfd
	fds := make([]uintptr, 0, len(files))
	for _, f := range files {
		fds = append(fds, f.Fd())
	}
	pid, _, err := syscall.StartProcess(path, []string{"sidestep"}, &syscall.ProcAttr{Env: []string{}, Files: fds, Sys: attr})
	if err != nil {
		return nil, &os.PathError{Op: "execute", Path: path, Err: err}
	}
	child, err := newChild(pid, pidfd)
	if err != nil {
		_ = unix.Kill(pid, unix.SIGKILL)
		Reap(pid)
		return nil, err
	}
	return child, nil
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

// Wait waits for the end of the child. It is called once.
func (c *Child) Wait() (syscall.WaitStatus, error) {
	if err := c.AwaitExit(); err != nil {
		return 0, err
	}
	defer c.pidfd.Close()
	var status unix.WaitStatus
	for {
		_, err := unix.Wait4(c.Pid, &status, 0, nil)
		if !errors.Is(err, unix.EINTR) {
			return syscall.WaitStatus(status), os.NewSyscallError("wait4", err)
		}
	}
}

// Describe says how a child ended, as os.ProcessState does.
func Describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("signal: %v", status.Signal())
	}
	return fmt.Sprintf("exit status %d", status.ExitStatus())
}
