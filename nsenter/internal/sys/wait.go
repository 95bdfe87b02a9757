package sys

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Reap waits for a child that is ending, a tenth of a second at most. It does
// nothing to a process that is not a child.
func Reap(pid int) {
	for range 20 {
		reaped, err := unix.Wait4(pid, nil, unix.WNOHANG, nil)
		if reaped == pid || err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// SignalGroup sends a signal to each process of a group.
func SignalGroup(leader int, sig syscall.Signal) error {
	return os.NewSyscallError("kill", unix.Kill(-leader, sig))
}
