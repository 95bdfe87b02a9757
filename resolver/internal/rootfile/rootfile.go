// Package rootfile reads the small files that container runtimes leave on disk.
// What they say decides what is entered and with which privileges, so only
// what root alone can have written is read, and nothing that can make the
// reader wait: no FIFO, no device, no file without an end.
package rootfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// ErrUntrusted says that somebody else than root could have written a file.
var ErrUntrusted = errors.New("others than root can write to it")

// Read returns the content of the regular file at path, which has at most
// limit bytes, and what is known of the file. The error wraps fs.ErrNotExist
// or fs.ErrPermission where that is why, or ErrUntrusted.
//
// The last component is not followed when it is a link (O_NOFOLLOW), and
// opening does not wait (O_NONBLOCK): see open(2) and fifo(7).
func Read(path string, limit int64) ([]byte, fs.FileInfo, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err // a *fs.PathError, which names the path
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if err := trusted(info); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	data := bytes.NewBuffer(make([]byte, 0, min(info.Size(), limit)+bytes.MinRead)) // its size may change meanwhile
	if _, err := data.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return nil, nil, err
	}
	if int64(data.Len()) > limit {
		return nil, nil, fmt.Errorf("read %s: longer than %d bytes", path, limit)
	}
	return data.Bytes(), info, nil
}

// trusted returns why a file is not to be read, or nil. The owner is root or,
// where a runtime runs without root, the caller. A file that others may write
// to could be linked into a directory of theirs (link(2)).
func trusted(info fs.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || stat.Uid != 0 && int(stat.Uid) != os.Geteuid() || info.Mode().Perm()&0o022 != 0 {
		return ErrUntrusted
	}
	return nil
}

// Names returns the names in a directory, at most limit of them.
func Names(dir string, limit int) ([]string, error) {
	f, err := os.OpenFile(dir, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(limit)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return names, err
}
