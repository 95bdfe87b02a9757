package nsenter

import (
	"errors"
	"fmt"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// image identifies the memfd that one executor runs, by device and inode.
type image struct{ dev, ino uint64 }

func imageOf(f *os.File) (image, error) {
	dev, ino, err := sys.Stat(f)
	return image{dev, ino}, err
}

var errNotBorn = errors.New("the process that is said to be the executor's fork is another one")

// born returns the fork of the executor that has this PID. The PID came over
// the control socket, of which a process in the container that may trace the
// fork can take a copy (pidfd_getfd(2)) and say what it likes: that the fork
// is some process of the host, which would then get the signals that are the
// command's. So it is believed only of a child of ours that is in the session which
// the executor has begun, and runs this very executor's image. Nobody else reaps it:
// the PID stays its. One that has died is reaped here: when init dies, it waits for
// all in its PID namespace to be waited for.
func (e *entrance) born(pid int) (*sys.Child, error) {
	process, err := proc.Child(pid) // which is to be shown: by the files of its /proc
	if err != nil {
		return nil, err
	}
	defer process.Close()
	stat, err := process.Stat()
	if err != nil {
		return nil, err
	}
	if stat.PPID != os.Getpid() || stat.Session != e.child.Pid || pid == e.child.Pid {
		return nil, fmt.Errorf("process %d: %w", pid, errNotBorn)
	}
	var runs image
	if runs.dev, runs.ino, err = process.Executable(); err != nil {
		sys.Reap(pid)
		return nil, err
	}
	if runs != e.image {
		return nil, fmt.Errorf("process %d: %w", pid, errNotBorn)
	}
	return sys.AdoptChild(pid)
}
