package sys

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// MountRoot opens the root of the mount namespace of a pidfd's process
// (O_PATH), which is not that of the process after a chroot(2). Requires at
// least Linux 5.8.
//
// Only setns(2) leads there. A thread of our own goes, opens its root and
// ends.
func MountRoot(pidfd *os.File) (root *os.File, err error) {
	onThread(func() { root, err = mountRoot(pidfd) })
	return root, err
}

func mountRoot(pidfd *os.File) (*os.File, error) {
	defer runtime.KeepAlive(pidfd)
	if err := unix.Unshare(unix.CLONE_FS); err != nil { // setns(2) wants it for this thread alone
		return nil, os.NewSyscallError("unshare", err)
	}
	if err := unix.Setns(int(pidfd.Fd()), unix.CLONE_NEWNS); err != nil {
		return nil, os.NewSyscallError("setns", err)
	}
	return OpenDir("/")
}
