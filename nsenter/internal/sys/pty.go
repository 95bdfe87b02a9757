package sys

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// OpenPTY allocates a terminal from the devpts below root and returns its two
// ends, see pts(4) and devpts in the kernel's Documentation/filesystems.
//
// The container may have put anything at dev/pts/ptmx (CVE-2025-52565), so
// what is there is opened only when it is the one inode that devpts keeps for
// it, and the slave end is had from the master, not by name (TIOCGPTPEER,
// Linux 4.13).
func OpenPTY(root *os.File) (master, slave *os.File, err error) {
	ptmx, err := openInRoot(root, "dev/pts/ptmx", unix.O_NOFOLLOW)
	if err != nil {
		return nil, nil, err
	}
	defer ptmx.Close()
	if err := isPtmx(ptmx); err != nil {
		return nil, nil, err
	}
	master, err = reopen(ptmx, unix.O_RDWR|unix.O_NONBLOCK) // so that Close ends a Read
	if err != nil {
		return nil, nil, err
	}
	slave, err = peer(master)
	if err != nil {
		master.Close()
		return nil, nil, err
	}
	return master, slave, nil
}

func isPtmx(f *os.File) error {
	defer runtime.KeepAlive(f)
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &fs); err != nil {
		return os.NewSyscallError("fstatfs", err)
	}
	st, err := fstat(f)
	if err != nil {
		return err
	}
	const ptmxInode = 2 // PTMX_MINOR's inode in fs/devpts/inode.c
	if fs.Type != unix.DEVPTS_SUPER_MAGIC || st.Ino != ptmxInode ||
		st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != unix.Mkdev(5, 2) {
		return errors.New("dev/pts/ptmx is not the multiplexer of a devpts")
	}
	return nil
}

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
