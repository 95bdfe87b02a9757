package sys

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// openInRoot resolves path below root and nowhere else, links included, and
// refuses magic links (openat2(2), Linux 5.6). The descriptor is O_PATH: what
// it means has no chance to act, as a FIFO or a device would, before it is
// looked at.
func openInRoot(root *os.File, path string, flags uint64) (*os.File, error) {
	defer runtime.KeepAlive(root)
	how := unix.OpenHow{
		Flags:   unix.O_PATH | unix.O_CLOEXEC | flags,
		Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS,
	}
	const patience = 100 // a container can make renames race with look-ups for ever
	for try := 0; ; try++ {
		fd, err := unix.Openat2(int(root.Fd()), path, &how)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.EAGAIN) && try < patience:
			continue
		case err != nil:
			return nil, &os.PathError{Op: "openat2", Path: path, Err: err}
		}
		return os.NewFile(uintptr(fd), path), nil
	}
}

// reopen opens what an O_PATH descriptor means, through the caller's /proc.
func reopen(f *os.File, flags int) (*os.File, error) {
	defer runtime.KeepAlive(f)
	fd, err := unix.Open("/proc/self/fd/"+strconv.Itoa(int(f.Fd())), flags|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func fstat(f *os.File) (unix.Stat_t, error) {
	defer runtime.KeepAlive(f)
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return st, &os.PathError{Op: "stat", Path: f.Name(), Err: err}
	}
	return st, nil
}

// kernelFiles are the file systems whose files are the kernel's own doing. Some
// give each byte once, as /proc/kmsg and trace_pipe of tracefs do: a container
// must not have them read by somebody who may.
var kernelFiles = []int64{
	unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
	unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.BPF_FS_MAGIC, unix.PSTOREFS_MAGIC, unix.EFIVARFS_MAGIC,
	unix.SELINUX_MAGIC, unix.SMACK_MAGIC,
}

// OpenRegularInRoot opens a regular file below root for reading. Anything
// else, a FIFO, a device or a file of the kernel's, is an error and is not
// opened.
func OpenRegularInRoot(root *os.File, path string) (*os.File, error) {
	f, err := openInRoot(root, path, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := fstat(f)
	if err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, &os.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &fs); err != nil {
		return nil, os.NewSyscallError("fstatfs", err)
	}
	if slices.Contains(kernelFiles, int64(fs.Type)) {
		return nil, &os.PathError{Op: "open", Path: path, Err: errors.New("a file of the kernel's")}
	}
	return reopen(f, unix.O_RDONLY|unix.O_NONBLOCK)
}

// OpenNullInRoot opens the null device below root for reading and writing.
func OpenNullInRoot(root *os.File) (*os.File, error) {
	f, err := openInRoot(root, "dev/null", unix.O_NOFOLLOW)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := fstat(f)
	if err != nil {
		return nil, err
	}
	if st.Mode&unix.S_IFMT != unix.S_IFCHR || st.Rdev != unix.Mkdev(1, 3) {
		return nil, fmt.Errorf("open dev/null: not the null device")
	}
	return reopen(f, unix.O_RDWR)
}
