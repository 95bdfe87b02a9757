package nsenter

import (
	"fmt"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Caller is what Prepare has to know of this process and of its kernel.
type Caller struct {
	namespaces  proc.Namespaces
	cgroups     []proc.Membership
	caps        uint64 // the bounding set
	ignored     uint64 // signals
	oomScoreAdj int
	lastCap     int
	keyrings    bool
	mounts      string // the content of /proc/self/mountinfo
	cgroupRoots hierarchies
}

// LookAround reads what Prepare has to know of the caller. There is time for it
// while a container is looked for.
func LookAround() (*Caller, error) {
	self, err := proc.Self()
	if err != nil {
		return nil, fmt.Errorf("read the facts of this process: %w", err)
	}
	defer self.Close()
	c := &Caller{}
	for _, read := range []func() error{
		func() (err error) { c.namespaces, err = proc.OwnNamespaces(); return },
		func() (err error) { c.cgroups, err = self.Cgroups(); return },
		func() (err error) { c.oomScoreAdj, err = oomScoreAdj(self); return },
		func() (err error) { c.lastCap, err = sys.LastCap(); return },
		func() error { return c.readStatus(self) },
		func() (err error) { c.keyrings, err = hasKeyrings(); return },
		func() (err error) { c.mounts, err = proc.OwnMounts(); return },
	} {
		if err := read(); err != nil {
			return nil, fmt.Errorf("read the facts of this process: %w", err)
		}
	}
	c.cgroupRoots = findHierarchies(c.mounts)
	return c, nil
}

func (c *Caller) readStatus(self *proc.Process) error {
	status, err := self.Status()
	c.caps, c.ignored = status.Caps.Bounding, status.Ignored
	return err
}
