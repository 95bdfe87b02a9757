package sys

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot returns the time since boot, that of sleep included
// (clock_gettime(2), CLOCK_BOOTTIME).
func SinceBoot() (time.Duration, error) {
	var t unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t)
	return time.Duration(t.Nano()), os.NewSyscallError("clock_gettime", err)
}
