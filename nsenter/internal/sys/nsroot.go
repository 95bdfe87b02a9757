package sys

import (
	"context"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// MountRoot opens the root of the mount namespace of a pidfd's process
// (O_PATH), which is not that of the process after a chroot(2). Requires at
// least Linux 5.8.
//
// Only setns(2) leads there. A process of our own goes, opens its root as one of our
// descriptors and ends.
func MountRoot(pidfd *os.File) (*os.File, error) {
	defer runtime.KeepAlive(pidfd)
	e := newErrand(3, len("/")+1)
	ctx, cancel := context.WithTimeout(context.Background(), rootDeadline)
	defer cancel()
	here := unix.AT_FDCWD
	e.dieWithParent()
	e.call("setns", unix.SYS_SETNS, pidfd.Fd(), unix.CLONE_NEWNS)
	fd := e.call("openat", unix.SYS_OPENAT, uintptr(here), e.text("/"), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)
	if err := e.perform(ctx, unix.CLONE_FILES); err != nil {
		return nil, err
	}
	if err := e.failure(); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(*fd), "/"), nil
}

// rootDeadline bounds the wait for a file system that is asked about its root, as NFS
// is.
const rootDeadline = 3 * time.Second
