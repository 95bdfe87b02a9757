package nsenter

import (
	"errors"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// errOwnPIDs says that PID 1 is not the host's.
var errOwnPIDs = errors.New("process 1 is this one: the container has a PID namespace of its own")

// RejoinHost makes this program one of the host: in a container that shares the
// host's PID namespace, it joins the other namespaces of process 1, but for the
// user namespace, and executes the program again. It returns nil when there is
// nothing to join, as on the second call.
//
// So nothing of the host has to be mounted into the container, and all that is
// found by its path is found as on the host. The cgroup stays the container's:
// whatever ends the container ends the program too.
func RejoinHost(args, env []string) error {
	const step = "join the host's namespaces"
	if os.Getpid() == 1 {
		return &StepError{Step: step, Err: errOwnPIDs}
	}
	init, err := proc.Pin(1)
	if err != nil {
		return &StepError{Step: step, Err: err}
	}
	defer init.Close()
	self, err := proc.Self()
	if err != nil {
		return &StepError{Step: step, Err: err}
	}
	defer self.Close()
	host, err := init.Namespaces()
	if err != nil {
		return &StepError{Step: step, Err: err}
	}
	own, err := self.Namespaces()
	if err != nil {
		return &StepError{Step: step, Err: err}
	}
	join := 0
	for _, kind := range []proc.Namespace{proc.Mount, proc.Cgroup, proc.IPC, proc.Net, proc.UTS} {
		if host[kind] != own[kind] {
			join |= kind.Flag()
		}
	}
	if join == 0 {
		return nil
	}
	// The link leads to the file itself, wherever it is mounted.
	return &StepError{Step: step, Err: sys.Execute(init.Pidfd(), join, "/proc/self/exe", args, env)}
}
