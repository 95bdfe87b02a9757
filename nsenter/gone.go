package nsenter

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// goneWait is how long init may take to exit after something of it was gone. It
// loses its namespaces first, and then waits for the other processes of its PID
// namespace. A caller that allows 800 ms for all of a plan gets its answer too.
const goneWait = 500 * time.Millisecond

// UnjoinableError says that a process lives, and is in no namespaces that another
// one could join.
type UnjoinableError struct {
	PID    int
	Kernel bool // it is one of the kernel's threads
}

func (e *UnjoinableError) Error() string {
	if e.Kernel {
		return "it is a thread of the kernel"
	}
	return "its main thread has ended and other threads go on: its namespaces cannot be joined"
}

// goneOr returns proc.ErrGone when init exits: whatever failed, that is why.
// How long it is waited for depends on how sure the error makes that: that there
// is no such process, or nothing in its /proc, leaves little doubt, and a command
// that cannot be executed has most often another reason.
func goneOr(target *proc.Process, err error) error {
	wait := 50 * time.Millisecond
	var exec *ExecError
	var directory *DirectoryError
	switch {
	case errors.As(err, &exec), errors.As(err, &directory):
		wait = 0
	case errors.Is(err, syscall.ESRCH), errors.Is(err, proc.ErrGone), errors.Is(err, os.ErrNotExist):
		wait = goneWait
	}
	if target.Exits(wait) {
		return fmt.Errorf("enter the container: %w", proc.ErrGone)
	}
	if wait == goneWait {
		return Unjoinable(target, err)
	}
	return err
}

// Unjoinable returns an UnjoinableError in place of err, which says that something of
// a process is gone, where the process lives.
func Unjoinable(target *proc.Process, err error) error {
	if target.Alive() != nil {
		return err
	}
	if stat, failed := target.Stat(); failed == nil && (stat.Kernel || stat.Dead()) {
		return &UnjoinableError{PID: target.PID(), Kernel: stat.Kernel}
	}
	return err
}
