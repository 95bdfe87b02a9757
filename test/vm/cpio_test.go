package vm

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path"
)

// archive writes an initramfs: a cpio archive of the format "newc", see the
// kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
type archive struct {
	file   *os.File
	w      *bufio.Writer
	inode  int
	length int64
	has    map[string]bool
	err    error // the first one
}

func newArchive(name string) (*archive, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	return &archive{file: f, w: bufio.NewWriterSize(f, 1<<20), has: map[string]bool{}}, nil
}

// directory adds a directory and those above it, unless they are there.
func (a *archive) directory(name string) {
	if name == "/" || name == "." || a.has[name] {
		return
	}
	a.directory(path.Dir(name))
	a.entry(name, 0o040755, nil, 0)
}

func (a *archive) symlink(name, target string) {
	a.directory(path.Dir(name))
	a.entry(name, 0o120777, []byte(target), int64(len(target)))
}

func (a *archive) bytes(name string, content []byte, mode os.FileMode) {
	a.directory(path.Dir(name))
	a.entry(name, 0o100000|uint32(mode.Perm()), content, int64(len(content)))
}

// copy adds a file of the host's, as what a link leads to.
func (a *archive) copy(name, from string) {
	if a.has[name] || a.err != nil {
		return
	}
	f, err := os.Open(from)
	if err != nil {
		a.err = err
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		a.err = err
		return
	}
	a.directory(path.Dir(name))
	a.header(name, 0o100000|uint32(info.Mode().Perm()), info.Size())
	n, err := io.Copy(a.w, f)
	if err == nil && n != info.Size() {
		err = fmt.Errorf("%s: it changed meanwhile", from)
	}
	a.length += n
	a.pad(err)
}

func (a *archive) entry(name string, mode uint32, content []byte, size int64) {
	a.header(name, mode, size)
	_, err := a.w.Write(content)
	a.length += size
	a.pad(err)
}

// header adds what comes before the content. Every file is root's.
func (a *archive) header(name string, mode uint32, size int64) {
	a.has[name] = true
	a.inode++
	name = name[1:] + "\x00"
	n, err := fmt.Fprintf(a.w, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%s",
		a.inode, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, len(name), 0, name)
	a.length += int64(n)
	a.pad(err)
}

// pad fills up to a multiple of four bytes.
func (a *archive) pad(err error) {
	for ; err == nil && a.length%4 != 0; a.length++ {
		err = a.w.WriteByte(0)
	}
	if a.err == nil {
		a.err = err
	}
}

func (a *archive) close() error {
	a.header("/TRAILER!!!", 0, 0)
	for _, err := range []error{a.w.Flush(), a.file.Close()} {
		if a.err == nil {
			a.err = err
		}
	}
	return a.err
}
