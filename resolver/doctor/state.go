package doctor

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// runtimeState looks at what the OCI runtime has recorded of the container.
func (c chain) runtimeState() seen {
	if c.init == 0 && c.monitor == nil {
		return seen{} // what does not run has none
	}
	s := health.RuntimeState{Init: c.init, InitFrom: c.start, Missing: true}
	for _, root := range c.runtimeRoots() {
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
		return checks(s.Fits()).named("the runtime's state", s.PID)
	}
	if s.Dir == "" {
		return seen{}
	}
	return checks(s.Fits())
}

// runtimeRoots returns the directories in which the runtime may keep the
// container's state: the one that its options name, or those that are usual.
func (c chain) runtimeRoots() []string {
	if c.monitor != nil && c.monitor.Root != "" {
		return []string{c.monitor.Root}
	}
	if c.bundle.Dir != "" && c.byShim() {
		if root, err := c.bundle.Options(); err == nil && root != "" {
			return []string{filepath.Join(root, c.container.Namespace)}
		}
	}
	var roots []string
	for _, root := range runtimestate.Roots("/") {
		if root.Namespace == c.container.Namespace {
			roots = append(roots, root.Dir)
		}
	}
	if c.byShim() { // the default of containerd's shim, whether it is there or not
		roots = append(roots, filepath.Join("/run/containerd/runc", c.container.Namespace))
	}
	return roots
}

// bundleState looks at the container's bundle.
func (c chain) bundleState() seen {
	if c.init == 0 && c.monitor == nil || !c.byShim() && c.bundle.Dir == "" {
		return seen{}
	}
	s := health.BundleState{Dir: c.bundle.Dir, Init: c.init}
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
