package plugin

import (
	"runtime"

	"github.com/sidestep-dev/sidestep/nsenter"
)

// hurry spares a process that runs one command what Go does for those that run
// for longer.
func (c *call) hurry() {
	if c.remote != nil {
		return
	}
	// As sidestep itself does from its beginning, see internal/single;
	// in another application the command may be mounted.
	runtime.GOMAXPROCS(1)
	if err := nsenter.CalmMonitor(); err != nil {
		c.debugf("this will take somewhat longer: %v", err)
	}
}

// spread lets Go run on all processors again, for what is long or many.
func spread() { runtime.SetDefaultGOMAXPROCS() }
