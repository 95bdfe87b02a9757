package sys

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// OpenDirBeneath opens a directory below dir: on the same mount, without ".."
// and without any link on the way (openat2(2), Linux 5.6).
func OpenDirBeneath(dir *os.File, path string) (*os.File, error) {
	if path == "" {
		path = "."
	}
	return openBeneath(dir, path, unix.O_PATH|unix.O_DIRECTORY)
}

// OpenToWriteBeneath opens an existing file below dir for writing, in the way
// of OpenDirBeneath.
func OpenToWriteBeneath(dir *os.File, path string) (*os.File, error) {
	return openBeneath(dir, path, unix.O_WRONLY|unix.O_NOCTTY)
}

func openBeneath(dir *os.File, path string, flags uint64) (*os.File, error) {
	defer runtime.KeepAlive(dir)
	fd, err := unix.Openat2(int(dir.Fd()), path, &unix.OpenHow{
		Flags:   flags | unix.O_CLOEXEC,
		Resolve: unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_XDEV,
	})
	if err != nil {
		return nil, &os.PathError{Op: "openat2", Path: dir.Name() + "/" + path, Err: err}
	}
	return os.NewFile(uintptr(fd), dir.Name()+"/"+path), nil
}

// WriteAt writes text to an existing file of dir by one write(2).
func WriteAt(dir *os.File, name, text string) error {
	defer runtime.KeepAlive(dir)
	f, err := open(int(dir.Fd()), dir.Name(), name, unix.O_WRONLY|unix.O_NOFOLLOW)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(text)
	return err
}

// ReadAt returns the content of a small file of dir.
func ReadAt(dir *os.File, name string) (string, error) {
	const enough = 64 << 10
	data, err := ReadFileAt(dir, name, enough)
	return string(data), err
}
