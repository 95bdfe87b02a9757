package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// chain is what belongs to one container of a host: who looks after it, and
// where its files are.
type chain struct {
	container resolver.Container
	init      int    // PID of its first process; 0: not known
	start     uint64 // when that one started, in clock ticks since boot
	monitor   *procfs.Monitor
	bundle    bundle.Bundle // Dir "": not known
}

// newChain finds who looks after a container among the monitors of the host.
func newChain(container resolver.Container, init int, start uint64, monitors []procfs.Monitor) chain {
	c := chain{container: container, init: init, start: start}
	c.bundle = findBundle(container, monitors)
	var parent int
	if stat, err := statOf(init); init > 0 && err == nil {
		parent = stat.PPID
	}
	for i := range monitors {
		m := &monitors[i]
		switch {
		case m.PID == parent, m.ID == container.ID && m.Namespace == container.Namespace, c.sharesShim(m):
			c.monitor = m
		}
	}
	if c.monitor != nil && !c.monitor.Shim() {
		c.bundle = bundle.Bundle{Dir: c.monitor.Bundle, ID: container.ID}
	}
	return c
}

// byShim reports whether the container is one of containerd's, which a shim
// looks after.
func (c chain) byShim() bool {
	if c.monitor != nil {
		return c.monitor.Shim()
	}
	return c.container.Namespace != ""
}

// sharesShim reports whether a shim, which may have been started for another
// container of the pod, listens where this container's does.
func (c chain) sharesShim(m *procfs.Monitor) bool {
	if !m.Shim() || m.Namespace != c.container.Namespace || c.bundle.Dir == "" {
		return false
	}
	other, ok := bundle.At(m.Bundle)
	if !ok {
		return false
	}
	mine, err := c.bundle.Shim()
	theirs, otherErr := other.Shim()
	return err == nil && otherErr == nil && mine.Socket == theirs.Socket
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
		if _, err := os.Stat(b.Dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return b
		}
	}
	return bundle.Bundle{}
}

// runtime returns the program of the container's OCI runtime, as its shim or
// monitor calls it, and whether there is one that is known here: the shims of
// other runtimes do their work themselves.
func (c chain) runtime() (name string, ok bool) {
	if c.monitor == nil {
		return "", false
	}
	args := arguments(c.monitor.PID)
	if !c.monitor.Shim() {
		for i, arg := range args[:max(0, len(args)-1)] {
			if arg == "-r" || arg == "--runtime" {
				return args[i+1], true
			}
		}
		return "", false
	}
	if len(args) == 0 || !strings.HasPrefix(filepath.Base(args[0]), "containerd-shim-runc") {
		return "", false
	}
	// The shim writes down what its options name, nothing for the default.
	name, err := readLine(filepath.Join(c.bundle.Dir, "runtime"))
	if err != nil || name == "" {
		name = "runc"
	}
	return name, true
}

// arguments returns the arguments of a process.
func arguments(pid int) []string {
	data, err := os.ReadFile(procPath(pid, "cmdline"))
	if err != nil || len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00")
}

func readLine(file string) (string, error) {
	data, err := os.ReadFile(file)
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line), err
}
