// Package sys holds the typed wrappers around the system calls that sidestep
// makes. No other package makes any by golang.org/x/sys/unix: package entry
// takes only numbers from it. So every call that can change a process or its
// privileges is found in these two.
//
// Each wrapper makes one call, retries it on EINTR, and returns its errno
// wrapped by os.SyscallError or os.PathError. Every descriptor is close-on-exec.
package sys

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// IsNoProcess reports whether err says that there is no such process (ESRCH).
func IsNoProcess(err error) bool { return errors.Is(err, unix.ESRCH) }

// IsThread reports whether an error of PidfdOpen says that the number is that
// of a thread which is not its process's first: EINVAL, and ENOENT since Linux
// 6.15.
func IsThread(err error) bool { return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) }

// PidfdOpen returns a descriptor of a process. Requires at least Linux 5.3.
func PidfdOpen(pid int) (*os.File, error) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return nil, os.NewSyscallError("pidfd_open", err)
	}
	return os.NewFile(uintptr(fd), "pidfd"), nil
}

// PidfdSendSignal sends a signal to the process of a pidfd. Requires at least
// Linux 5.1.
func PidfdSendSignal(pidfd *os.File, sig os.Signal) error {
	s, ok := sig.(syscall.Signal)
	if !ok {
		return os.NewSyscallError("pidfd_send_signal", unix.EINVAL)
	}
	// Fd would make waiting for the pidfd a thread's affair.
	conn, err := pidfd.SyscallConn()
	if err != nil {
		return err
	}
	var sendErr error
	if err := conn.Control(func(fd uintptr) { sendErr = unix.PidfdSendSignal(int(fd), s, nil, 0) }); err != nil {
		return os.ErrClosed
	}
	return os.NewSyscallError("pidfd_send_signal", sendErr)
}

// TakeDescriptor returns a copy of a descriptor of another process (pidfd_getfd(2),
// Linux 5.6).
func TakeDescriptor(pid, fd int) (*os.File, error) {
	pidfd, err := PidfdOpen(pid)
	if err != nil {
		return nil, err
	}
	defer pidfd.Close()
	taken, err := unix.PidfdGetfd(int(pidfd.Fd()), fd, 0)
	if err != nil {
		return nil, os.NewSyscallError("pidfd_getfd", err)
	}
	return os.NewFile(uintptr(taken), "descriptor of a process"), nil
}

// Readable reports whether a read of f would not wait, see poll(2). It waits
// that long for the answer to be yes; 0 asks for this moment.
func Readable(f *os.File, wait time.Duration) (bool, error) {
	defer runtime.KeepAlive(f)
	return readable(f.Fd(), wait)
}

func readable(fd uintptr, wait time.Duration) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	for {
		n, err := unix.Poll(fds, int(wait.Milliseconds()))
		if errors.Is(err, unix.EINTR) {
			continue
		}
		return n > 0, os.NewSyscallError("poll", err)
	}
}
