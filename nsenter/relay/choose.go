package relay

import (
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
func same(a, b *os.File) bool {
	ai, err := a.Stat()
	if err != nil {
		return false
	}
	bi, err := b.Stat()
	return err == nil && os.SameFile(ai, bi)
}
