package nsenter

import (
	"fmt"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// pty is the two ends of a terminal.
type pty struct{ master, slave *os.File }

// openTerminal allocates a terminal in the container's devpts, from outside:
// sized before anything runs in it, and owned by the plan's user. The container
// may have put anything at dev/pts/ptmx (CVE-2025-52565), so what is there is
// opened only when it is what it should be.
func openTerminal(target *proc.Process, p *plan.Plan, size term.Size) (pty, error) {
	master, err := openDevice(target, "dev/pts/ptmx", sys.MasterFlags, sys.Found.Ptmx)
	if err != nil {
		return pty{}, &StepError{Step: "open a terminal in the container's devpts", Err: err}
	}
	slave, err := bounded("open the terminal's other end", lookDeadline, func() (*os.File, error) { return sys.Peer(master) })
	if err != nil {
		master.Close()
		return pty{}, &StepError{Step: "open a terminal in the container's devpts", Err: err}
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
	f, err := openDevice(target, "dev/null", os.O_RDWR, sys.Found.Null)
	if err != nil {
		return nil, &StepError{Step: "open the container's null device", Err: err}
	}
	return f, nil
}

// openDevice opens a device of the container's if it is what it should be.
func openDevice(target *proc.Process, path string, flags int, is func(sys.Found) error) (*os.File, error) {
	s, err := lookFor(target, entry.Look{Path: path, NoFollow: true, Flags: uint64(flags)})
	if err != nil {
		return nil, err
	}
	defer s.close()
	found, err := s.found()
	if err == nil {
		err = is(found)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f, err := s.open()
	if err == nil && f == nil {
		err = errClosed
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}
