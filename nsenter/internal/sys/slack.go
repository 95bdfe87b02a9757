package sys

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/internal/monitor"
)

// OwnSlack gives the current thread, and what is forked from it, the timer slack
// of the process: the monitor of Go's runtime, and each thread that it has started,
// may have another.
func OwnSlack() error {
	ns, err := monitor.Slack()
	if err == nil {
		err = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(ns), 0, 0, 0)
	}
	return os.NewSyscallError("prctl", err)
}
