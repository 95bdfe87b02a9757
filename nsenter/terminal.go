package nsenter

import (
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// pty is the two ends of a terminal.
type pty struct{ master, slave *os.File }

// openTerminal allocates a terminal in the container's devpts, from outside:
// sized before anything runs in it, and owned by the plan's user.
func openTerminal(target *proc.Process, p *plan.Plan, size term.Size) (pty, error) {
	const step = "open a terminal in the container's devpts"
	root, err := target.Root()
	if err != nil {
		return pty{}, &StepError{Step: step, Err: err}
	}
	defer root.Close()
	master, slave, err := sys.OpenPTY(root)
	if err != nil {
		return pty{}, &StepError{Step: step, Err: err}
	}
	err = term.SetSize(master, size)
	if err == nil {
		err = own(slave, p)
	}
	if err != nil {
		master.Close()
		slave.Close()
		return pty{}, &StepError{Step: "set up the terminal", Err: err}
	}
	return pty{master: master, slave: slave}, nil
}

// own gives the terminal to the plan's user. Its group is that of the one who
// opened it, unless the devpts has one for all (gid=, mount(8)): the caller's,
// which the container's user namespace does not know.
func own(slave *os.File, p *plan.Plan) error {
	uid, gid := p.Owner()
	if group, err := sys.Group(slave); err != nil {
		return err
	} else if _, known := p.GIDs.Inside(group); known {
		gid = -1
	}
	return sys.Chown(slave, uid, gid)
}

// OpenNull opens the container's own null device, for a command that nobody
// listens to: the host's would be one inode for all, that root in the
// container could change.
func OpenNull(target *proc.Process) (*os.File, error) {
	const step = "open the container's null device"
	return bounded(step, lookDeadline, func() (*os.File, error) {
		root, err := target.Root()
		if err != nil {
			return nil, &StepError{Step: step, Err: err}
		}
		defer root.Close()
		f, err := sys.OpenNullInRoot(root)
		if err != nil {
			return nil, &StepError{Step: step, Err: err}
		}
		return f, nil
	})
}
