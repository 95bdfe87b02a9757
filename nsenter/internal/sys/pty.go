package sys

import (
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// MasterFlags are those with which the master end of a terminal is opened, so
// that its Close ends a Read.
const MasterFlags = unix.O_RDWR | unix.O_NONBLOCK

// Peer opens the other end of a terminal, given by its master: not by name,
// which may mean anything in a container (TIOCGPTPEER, Linux 4.13).
func Peer(master *os.File) (*os.File, error) { return peer(master) }

func peer(master *os.File) (*os.File, error) {
	defer runtime.KeepAlive(master)
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, fmt.Errorf("unlock the terminal: %w", os.NewSyscallError("ioctl", err))
	}
	// The flags are the argument itself, not a pointer to it, see ioctl_tty(2).
	slave, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return nil, fmt.Errorf("open the terminal's slave end: %w", os.NewSyscallError("ioctl", errno))
	}
	return os.NewFile(slave, "pts"), nil
}

// Chown gives the file a new owner and group. One that is -1 stays.
func Chown(f *os.File, uid, gid int) error {
	defer runtime.KeepAlive(f)
	return os.NewSyscallError("fchown", unix.Fchown(int(f.Fd()), uid, gid))
}

// Group returns the group of a file.
func Group(f *os.File) (uint32, error) {
	st, err := fstat(f)
	return st.Gid, err
}
