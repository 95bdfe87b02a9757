package sys

import (
	"io"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// resolveCached is RESOLVE_CACHED of linux/openat2.h, which x/sys/unix lacks.
const resolveCached = 0x20

// FindCached finds what is at a path inside root, by no magic link, when the
// kernel knows that without asking the file system: it never waits. Otherwise
// the error is EAGAIN, or before Linux 5.12 EINVAL (openat2(2), RESOLVE_CACHED).
// The file is not opened (O_PATH).
func FindCached(root *os.File, path string) (*os.File, error) {
	defer runtime.KeepAlive(root)
	fd, err := unix.Openat2(int(root.Fd()), path, &unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS | resolveCached,
	})
	if err != nil {
		return nil, &os.PathError{Op: "openat2", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// FindIn finds a file of this very directory, on the same mount. It waits for no
// file system but the directory's.
func FindIn(dir *os.File, name string) (*os.File, error) {
	return openBeneath(dir, name, unix.O_PATH|unix.O_NOFOLLOW)
}

// MountID returns the number of the mount that a file was found in, as in
// mountinfo (proc_pid_mountinfo(5)), and whether the file is a regular one. It
// never waits. Least kernel version: 5.8 (statx(2), STATX_MNT_ID).
func MountID(f *os.File) (id uint64, regular bool, err error) {
	defer runtime.KeepAlive(f)
	var st unix.Statx_t
	const want = unix.STATX_TYPE | unix.STATX_MNT_ID
	err = unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, want, &st)
	if err == nil && st.Mask&want != want {
		err = unix.ENOTSUP
	}
	return st.Mnt_id, st.Mode&unix.S_IFMT == unix.S_IFREG, os.NewSyscallError("statx", err)
}

// ReadFound reads at most limit bytes of a file that was found and not opened.
func ReadFound(f *os.File, limit int64) ([]byte, error) {
	defer runtime.KeepAlive(f)
	opened, err := open(unix.AT_FDCWD, "", "/proc/self/fd/"+strconv.Itoa(int(f.Fd())), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, limit))
}
