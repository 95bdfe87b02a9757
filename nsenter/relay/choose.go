package relay

import (
	"io"
	"os"
	"syscall"
)

// handable reports whether f itself may be given to a command in a container.
// What cannot be looked at may not.
//
// The type is that of inode(7): os.FileMode takes the inodes of anonymous
// files (epoll, pidfd, …) for regular ones.
func handable(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return false
	}
	switch stat.Mode & syscall.S_IFMT {
	case syscall.S_IFREG, syscall.S_IFIFO, syscall.S_IFSOCK:
		return true
	}
	return false
}

// same reports whether a and b are one file, such as the terminal that most
// often is both stdout and stderr.
func same(a, b io.Writer) bool {
	af, ok := a.(*os.File)
	if !ok {
		return false
	}
	bf, ok := b.(*os.File)
	if !ok {
		return false
	}
	ai, err := af.Stat()
	if err != nil {
		return false
	}
	bi, err := bf.Stat()
	return err == nil && os.SameFile(ai, bi)
}

// given returns nil for a nil file too: an interface that holds one is not nil.
func given(stdin io.Reader) io.Reader {
	if f, ok := stdin.(*os.File); ok && f == nil {
		return nil
	}
	return stdin
}
