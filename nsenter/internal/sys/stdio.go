package sys

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// PipeTo makes a pipe whose read end is for another process and blocks, while
// writes to w take deadlines. Its capacity is size bytes, see pipe(7), or the
// kernel's default where the user may not have so much.
func PipeTo(size int) (theirs, ours *os.File, err error) {
	r, w, err := pipe(size)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.SetNonblock(w, true); err != nil {
		unix.Close(r)
		unix.Close(w)
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(r), "pipe"), os.NewFile(uintptr(w), "pipe"), nil
}

// PipeFrom makes a pipe whose write end is for another process and blocks,
// while reads of ours take deadlines.
func PipeFrom(size int) (theirs, ours *os.File, err error) {
	r, w, err := pipe(size)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.SetNonblock(r, true); err != nil {
		unix.Close(r)
		unix.Close(w)
		return nil, nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(w), "pipe"), os.NewFile(uintptr(r), "pipe"), nil
}

// PipeAtEnd returns the read end of a pipe that nobody writes to.
func PipeAtEnd() (*os.File, error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	unix.Close(fds[1])
	return os.NewFile(uintptr(fds[0]), "pipe"), nil
}

// pipe makes a pipe of which both ends block. os.Pipe's do not, and whether
// they do is a property of the end, not of one process's descriptor: a
// command that got such an end would see EAGAIN.
func pipe(size int) (r, w int, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return 0, 0, os.NewSyscallError("pipe2", err)
	}
	// Refused above /proc/sys/fs/pipe-max-size and the user's share of it:
	// the default of 64 KiB serves as well.
	_, _ = unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, size)
	return fds[0], fds[1], nil
}

// DupNonblock duplicates f so that reads and writes of the duplicate take
// deadlines. It sets O_NONBLOCK on the open file that f and the duplicate
// share: f must not belong to anyone else.
func DupNonblock(f *os.File) (*os.File, error) {
	defer runtime.KeepAlive(f)
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// SetWindowSize sets the size of a terminal, in characters (TIOCSWINSZ, see
// ioctl_tty(2)). It goes past f.Fd, which would make reads of f uninterruptible.
func SetWindowSize(f *os.File, rows, cols uint16) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var ioctlErr error
	err = conn.Control(func(fd uintptr) {
		ioctlErr = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: cols})
	})
	if err != nil {
		return err
	}
	return os.NewSyscallError("ioctl", ioctlErr)
}
