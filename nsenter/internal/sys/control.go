package sys

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// ControlPair returns two connected sockets that keep the bounds of messages
// and whose read ends when the other is closed.
func ControlPair() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	if err := unix.SetNonblock(fds[0], true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fds[0]), "control"), os.NewFile(uintptr(fds[1]), "control"), nil
}

// Receive reads a message of a control socket, of no bytes when the other end
// was closed. It waits in the kernel, where a Read of Go's hands this thread on
// and has it back later. The error is os.ErrDeadlineExceeded after the timeout;
// a negative one is none. Shutdown ends the wait.
func Receive(f *os.File, data []byte, timeout time.Duration) (n int, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	controlErr := conn.Control(func(fd uintptr) { n, err = receive(int(fd), data, timeout) })
	if controlErr != nil {
		return 0, controlErr
	}
	return n, err
}

func receive(fd int, data []byte, timeout time.Duration) (int, error) {
	for deadline := time.Now().Add(timeout); ; {
		ms := -1
		if timeout >= 0 {
			ms = int(max(time.Until(deadline), 0).Milliseconds())
		}
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, ms)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return 0, os.NewSyscallError("poll", err)
		case ready == 0 && time.Until(deadline) <= time.Millisecond:
			return 0, os.ErrDeadlineExceeded
		case ready == 0:
			continue
		}
		n, err := unix.Read(fd, data)
		if errors.Is(err, unix.EINTR) || errors.Is(err, unix.EAGAIN) {
			continue
		}
		return max(n, 0), os.NewSyscallError("read", err)
	}
}

// Shutdown ends a control socket for both of its ends (shutdown(2)).
func Shutdown(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var shutdownErr error
	err = conn.Control(func(fd uintptr) { shutdownErr = unix.Shutdown(int(fd), unix.SHUT_RDWR) })
	if err != nil {
		return err
	}
	return os.NewSyscallError("shutdown", shutdownErr)
}
