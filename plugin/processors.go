package plugin

import (
	"runtime"

	"github.com/sidestep-dev/sidestep/internal/monitor"
)

// hurry spares a process that runs one command what Go does for those that run
// for longer.
func (c *call) hurry() {
	if c.remote != nil {
		return
	}
	// As sidestep itself does from its beginning, see internal/brief;
	// in another application the command may be mounted.
	runtime.GOMAXPROCS(1)
	if err := monitor.Calm(); err != nil {
		c.debugf("this will take somewhat longer: calm Go's monitor: %v", err)
	}
}

// spread lets Go run on all processors again, and look after itself, for what is
// long or many.
func spread() {
	runtime.SetDefaultGOMAXPROCS()
	monitor.Restore()
}
