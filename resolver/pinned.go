package resolver

import (
	"errors"
	"fmt"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// pinned takes hold of the process that a user has named by its number. The
// error is a *GoneError when there is none to take hold of.
func pinned(pid int) (*proc.Process, error) {
	process, err := proc.Pin(pid)
	if errors.Is(err, proc.ErrGone) {
		return nil, noProcess(pid, err)
	}
	return process, err
}

// noProcess says what has a number that is no running process's: ps and /proc
// show threads and zombies too.
func noProcess(pid int, err error) *GoneError {
	gone := &GoneError{PID: pid, Reason: "there is no such process", Err: err}
	status, err := proc.StatusOf(pid)
	switch {
	case err != nil:
	case status.TGID != pid:
		gone.Leader = status.TGID
		gone.Reason = fmt.Sprintf("it is a thread of process %d", status.TGID)
	case status.Dead && status.PPID == 0: // the parent is in another PID namespace
		gone.Reason = "it has ended, and its parent has not waited for it"
	case status.Dead:
		gone.Parent = status.PPID
		gone.Reason = fmt.Sprintf("it has ended, and its parent, process %d, has not waited for it", status.PPID)
	}
	return gone
}
