package sys

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// OpenDir opens a directory for look-ups below it (O_PATH).
func OpenDir(path string) (*os.File, error) {
	return open(unix.AT_FDCWD, "", path, unix.O_PATH|unix.O_DIRECTORY)
}

// OpenDirAt opens a directory below dir for look-ups below it (O_PATH). It
// follows links, magic ones of /proc too.
func OpenDirAt(dir *os.File, path string) (*os.File, error) {
	defer runtime.KeepAlive(dir)
	return open(int(dir.Fd()), dir.Name(), path, unix.O_PATH|unix.O_DIRECTORY)
}

// OpenAt opens a file below dir for reading.
func OpenAt(dir *os.File, path string) (*os.File, error) {
	defer runtime.KeepAlive(dir)
	return open(int(dir.Fd()), dir.Name(), path, unix.O_RDONLY|unix.O_NOCTTY)
}

func open(dirfd int, dir, path string, flags int) (*os.File, error) {
	name := filepath.Join(dir, path)
	for {
		fd, err := unix.Openat(dirfd, path, flags|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: name, Err: err}
		}
		return os.NewFile(uintptr(fd), name), nil
	}
}

// StatAt returns the device and inode of what path below dir leads to.
func StatAt(dir *os.File, path string) (dev, ino uint64, err error) {
	defer runtime.KeepAlive(dir)
	var st unix.Stat_t
	if err := unix.Fstatat(int(dir.Fd()), path, &st, 0); err != nil {
		return 0, 0, &os.PathError{Op: "stat", Path: filepath.Join(dir.Name(), path), Err: err}
	}
	return st.Dev, st.Ino, nil
}

// Stat returns the device and inode of an open file.
func Stat(f *os.File) (dev, ino uint64, err error) {
	st, err := fstat(f)
	return st.Dev, st.Ino, err
}
