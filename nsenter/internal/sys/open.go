package sys

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"

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
	fd, err := openFD(dirfd, dir, path, flags)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), filepath.Join(dir, path)), nil
}

func openFD(dirfd int, dir, path string, flags int) (int, error) {
	for {
		fd, err := unix.Openat(dirfd, path, flags|unix.O_CLOEXEC, 0)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			return -1, &os.PathError{Op: "open", Path: filepath.Join(dir, path), Err: err}
		}
		return fd, nil
	}
}

// ReadFileAt returns the content of a file below dir, and at most limit bytes
// of it. It reads without the preparations for waiting that an os.File costs.
func ReadFileAt(dir *os.File, path string, limit int) ([]byte, error) {
	defer runtime.KeepAlive(dir)
	return readFile(int(dir.Fd()), dir.Name(), path, limit)
}

// ReadFile is ReadFileAt of an absolute path.
func ReadFile(path string, limit int) ([]byte, error) {
	return readFile(unix.AT_FDCWD, "", path, limit)
}

func readFile(dirfd int, dir, path string, limit int) ([]byte, error) {
	fd, err := openFD(dirfd, dir, path, unix.O_RDONLY|unix.O_NOCTTY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	data, err := readAll(fd, limit)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: filepath.Join(dir, path), Err: err}
	}
	return data, nil
}

// readAll reads a file up to its end, and at most limit bytes of it.
func readAll(fd, limit int) ([]byte, error) {
	var room [2048]byte // most files of /proc fit, and are shorter
	n, ended, err := fill(fd, room[:min(len(room), limit)])
	if err != nil || ended || n == limit {
		return slices.Clone(room[:n]), err
	}
	data := append(make([]byte, 0, 2*len(room)), room[:n]...)
	for !ended && len(data) < limit {
		data = slices.Grow(data, len(data))
		n, ended, err = fill(fd, data[len(data):min(cap(data), limit)])
		if err != nil {
			return nil, err
		}
		data = data[:len(data)+n]
	}
	return data, nil
}

// fill reads until the buffer is full or the file ends.
func fill(fd int, data []byte) (n int, ended bool, err error) {
	for n < len(data) {
		m, err := unix.Read(fd, data[n:])
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return n, false, err
		case m == 0:
			return n, true, nil
		default:
			n += m
		}
	}
	return n, false, nil
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
