package doctor

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
	"github.com/sidestep-dev/sidestep/resolver/shim"
)

// chain is what belongs to one container of a host: who looks after it, and
// where its files are.
type chain struct {
	container resolver.Container
	init      int    // PID of its first process; 0: not known
	start     uint64 // when that one started, in clock ticks since boot
	life      health.Life
	hidden    error // why the host's processes cannot be seen; nil: they can
	monitor   *procfs.Monitor
	bundle    bundle.Bundle // Dir "": not known
	roots     []string      // where the runtime may keep its state
}

// fileDeadline bounds each look for where a container's files are: a file
// system that does not answer is found out by the looks at the files themselves.
const fileDeadline = 200 * time.Millisecond

// newChain finds who looks after a container among the monitors of the host,
// and where its files are.
func newChain(container resolver.Container, init int, start uint64, monitors []procfs.Monitor) chain {
	c := chain{container: container, init: init, start: start}
	c.monitor = parentOf(init, monitors)
	monitors = ofItsDaemon(container, monitors)
	if c.monitor == nil {
		c.monitor = startedFor(container, monitors)
	}
	switch {
	case c.monitor != nil && !c.monitor.Shim():
		c.bundle = bundle.Bundle{Dir: c.monitor.Bundle, ID: container.ID}
	case c.monitor != nil && c.monitor.ID == container.ID:
		c.bundle, _ = bundle.At(strings.TrimSuffix(c.monitor.Bundle, " (deleted)"))
	default:
		c.bundle, _ = within(fileDeadline, func() bundle.Bundle { return findBundle(container, monitors) })
	}
	if c.monitor == nil && c.bundle.Dir != "" {
		c.monitor, _ = within(fileDeadline, func() *procfs.Monitor { return sharedShim(c.bundle, monitors) })
	}
	c.roots, _ = within(fileDeadline, c.runtimeRoots)
	return c
}

// known reports whether there is a place where the container's files are.
func (c chain) known() bool { return c.container.ID == "" || c.bundle.Dir != "" }

// add adds where the resolver has seen files of the container.
func (c *chain) add(left resolver.Left) {
	c.bundle = bundle.Bundle{Dir: left.Bundle, Namespace: c.container.Namespace, ID: c.container.ID}
	c.roots = append(left.Roots, c.roots...)
}

// parentOf returns the monitor that is the parent of a container's init.
func parentOf(init int, monitors []procfs.Monitor) *procfs.Monitor {
	stat, err := proc.StatOf(init)
	if init == 0 || err != nil {
		return nil
	}
	return first(monitors, func(m procfs.Monitor) bool { return m.PID == stat.PPID })
}

// first returns the first monitor that is meant, or nil.
func first(monitors []procfs.Monitor, meant func(procfs.Monitor) bool) *procfs.Monitor {
	if i := slices.IndexFunc(monitors, meant); i >= 0 {
		return &monitors[i]
	}
	return nil
}

// ofItsDaemon returns the monitors without the shims of other containerds than the one
// that has told of the container: they may have one of that ID too.
func ofItsDaemon(container resolver.Container, monitors []procfs.Monitor) []procfs.Monitor {
	address, told := strings.CutPrefix(container.Source, "containerd at ")
	if !told {
		return monitors
	}
	return slices.DeleteFunc(slices.Clone(monitors), func(m procfs.Monitor) bool {
		return m.Address != "" && !sameSocket(m.Address, address)
	})
}

// startedFor returns the monitor that was started for a container.
func startedFor(container resolver.Container, monitors []procfs.Monitor) *procfs.Monitor {
	return first(monitors, func(m procfs.Monitor) bool {
		return container.ID != "" && m.ID == container.ID && m.Namespace == container.Namespace
	})
}

// sharedShim returns the shim that was started for another container of the
// pod, and listens where this container's does.
func sharedShim(b bundle.Bundle, monitors []procfs.Monitor) *procfs.Monitor {
	mine, err := shim.ReadAddress(b.Dir)
	if err != nil {
		return nil
	}
	return first(monitors, func(m procfs.Monitor) bool {
		if !m.Shim() || m.Namespace != b.Namespace {
			return false
		}
		theirs, err := shim.ReadAddress(m.Bundle)
		return err == nil && theirs.Socket == mine.Socket
	})
}

// byShim reports whether the container is one of containerd's, which a shim
// looks after.
func (c chain) byShim() bool {
	if c.monitor != nil {
		return c.monitor.Shim()
	}
	return c.container.Namespace != ""
}

// findBundle returns the bundle of a container: below one of the state
// directories that the shims of its namespace work in, or a usual one.
func findBundle(container resolver.Container, monitors []procfs.Monitor) bundle.Bundle {
	if container.Namespace == "" || container.ID == "" {
		return bundle.Bundle{}
	}
	var states []string
	for _, m := range monitors {
		if b, ok := bundle.At(m.Bundle); ok && m.Shim() && m.Namespace == container.Namespace {
			states = append(states, b.StateOf())
		}
	}
	for _, s := range bundle.States("/") {
		states = append(states, s.Dir)
	}
	for _, state := range states {
		b := bundle.In(state, container.Namespace, container.ID)
		if names, err := rootfile.Names(b.Dir, 1); err == nil && len(names) > 0 {
			return b
		}
	}
	return bundle.Bundle{}
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
