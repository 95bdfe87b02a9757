package sys

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

// IsPipe reports whether f is an anonymous pipe, which has no name and so no
// other user than those who hold it.
func IsPipe(f *os.File) (bool, error) {
	defer runtime.KeepAlive(f)
	var fs unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &fs); err != nil {
		return false, os.NewSyscallError("fstatfs", err)
	}
	return fs.Type == unix.PIPEFS_MAGIC, nil
}
