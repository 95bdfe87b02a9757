package proc

import (
	"errors"
	"os"
	"strconv"
)

// ErrOtherProc says that /proc does not show the processes by the numbers that they
// have for this one.
var ErrOtherProc = errors.New("/proc is not mounted, or is another PID namespace's")

// Mounted returns ErrOtherProc unless /proc is that of this process's PID namespace.
func Mounted() error {
	if self, err := os.Readlink("/proc/self"); err != nil || self != strconv.Itoa(os.Getpid()) {
		return ErrOtherProc
	}
	return nil
}
