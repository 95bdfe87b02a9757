package nsenter

import (
	"fmt"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// openTerminal allocates a terminal in the container's devpts, from outside:
// sized before anything runs in it, and owned by the plan's user.
func openTerminal(target *proc.Process, p *plan.Plan, size term.Size) (master, slave *os.File, err error) {
	root, err := target.Root()
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	master, slave, err = sys.OpenPTY(root)
	if err != nil {
		return nil, nil, err
	}
	err = term.SetSize(master, size)
	if err == nil {
		err = sys.ChownUID(slave, outside(p.UIDs, p.UID))
	}
	if err != nil {
		master.Close()
		slave.Close()
		return nil, nil, fmt.Errorf("set up the terminal: %w", err)
	}
	return master, slave, nil
}

// OpenNull opens the container's own null device, for a command that nobody
// listens to: the host's would be one inode for all, that root in the
// container could change.
func OpenNull(target *proc.Process) (*os.File, error) {
	root, err := target.Root()
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := sys.OpenNullInRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open the container's null device: %w", err)
	}
	return f, nil
}
