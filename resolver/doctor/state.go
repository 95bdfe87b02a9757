package doctor

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// runs reports whether there is something that files can be of: a container
// that has ended in order has none.
func (c chain) runs() bool { return c.init > 0 || c.monitor != nil }

// runtimeState looks at what the OCI runtime has recorded of the container.
func (c chain) runtimeState() seen {
	s := health.RuntimeState{Init: c.init, InitFrom: c.start, Missing: true, Kept: c.monitor != nil, Life: c.life}
	for _, root := range c.roots {
		dir := filepath.Join(root, c.container.ID)
		state, err := runtimestate.Read(root, c.container.ID)
		if errors.Is(err, fs.ErrNotExist) {
			if s.Dir == "" {
				s.Dir = dir
			}
			continue
		}
		s.Dir, s.Missing = dir, false
		if err != nil {
			s.Err = plain(err)
			return checks(s.Fits())
		}
		s.PID, s.Start = state.PID, state.Start
		if s.Init == 0 && c.hidden == nil { // then the files are what is left of it
			stat, err := proc.StatOf(s.PID)
			s.Gone = err != nil
			s.Init, s.InitFrom = s.PID, stat.StartTime
		}
		return checks(s.Fits()).named("the runtime's state", s.PID)
	}
	if s.Dir == "" || !c.runs() {
		return seen{}
	}
	return checks(s.Fits())
}

// bundleState looks at the container's bundle.
func (c chain) bundleState() seen {
	if !c.byShim() && c.bundle.Dir == "" || !c.runs() && c.bundle.Dir == "" {
		return seen{}
	}
	s := health.BundleState{Dir: c.bundle.Dir, Init: c.init, Life: c.life}
	if c.bundle.Dir == "" {
		s.Dir, s.Missing = bundle.In("/run/containerd", c.container.Namespace, c.container.ID).Dir, true
		return checks(s.Whole())
	}
	_, s.Config = c.bundle.Config()
	if c.byShim() {
		s.PID, s.PIDFile = c.bundle.InitPID()
	}
	return checks(s.Whole()).named("the bundle", s.PID)
}
