package sys

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Inherited returns a copy of the descriptor of that number that this process
// was started with. One that it opened itself is close-on-exec and is not meant.
func Inherited(fd int) (*os.File, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	if flags&unix.FD_CLOEXEC != 0 {
		return nil, errors.New("the caller did not open it")
	}
	dup, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	return os.NewFile(uintptr(dup), "preserved"), nil
}
