package resolver

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/resolver/shim"
)

// shimTimeout bounds the wait for a shim, which answers within some 20 ms.
const shimTimeout = 300 * time.Millisecond

// claim is what a source says of a container's init.
type claim struct {
	source Source
	where  string // in words that follow "found PID 4121 in"
	pid    int
	start  uint64 // in clock ticks since boot; 0: the source does not say
	state  State  // "": the source does not say
}

// errNoClaim says that a source has nothing of a container.
var errNoClaim = errors.New("it has no record of the container")

// errNoProcess says that no process looks like that of a container.
var errNoProcess = errors.New("no process is in its cgroup and the init of a PID namespace")

// errNotLooked says that there may be such a process.
var errNotLooked = errors.New("not all processes could be looked at in time")

// claim asks a source for the container's init. The error says why it names
// none.
func (t *trace) claim(ctx context.Context, source Source, spec *specs.Spec) (claim, error) {
	c := claim{source: source}
	switch source {
	case SourceShim:
		return c, t.shimClaim(ctx, &c)
	case SourceBundle:
		return c, t.bundleClaim(&c)
	case SourceRuntime:
		return c, t.runtimeClaim(&c)
	case SourceProc:
		return c, t.procClaim(&c, spec)
	}
	return c, errNoClaim
}

func (t *trace) shimClaim(ctx context.Context, c *claim) error {
	if !t.ofContainerd() {
		return errNoClaim
	}
	address, err := shim.ReadAddress(t.bundle)
	if err != nil {
		var ok bool
		if address, ok = t.usualShim(); !ok {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, shimTimeout)
	defer cancel()
	task, err := shim.Ask(ctx, address, t.namespace, t.id)
	if err != nil {
		return err
	}
	c.where, c.pid = "the shim's answer", task.PID
	switch task.Status {
	case shim.Created:
		c.state = Created
	case shim.Stopped:
		c.state = Stopped
	case shim.Paused:
		c.state = Paused
	}
	if c.pid < 1 {
		return errors.New("the shim named no process")
	}
	return nil
}

// usualShim returns where the shim of a container listens unless it was told
// otherwise (containerd: pkg/shim/util_unix.go, SocketAddress).
func (t *trace) usualShim() (shim.Address, bool) {
	if t.address == "" || t.monitorID == "" {
		return shim.Address{}, false
	}
	name := sha256.Sum256([]byte(filepath.Join(t.address, t.namespace, t.monitorID)))
	return shim.Address{Socket: fmt.Sprintf("/run/containerd/s/%x", name)}, true
}

func (t *trace) bundleClaim(c *claim) (err error) {
	if t.pidFile == "" {
		return errNoClaim
	}
	c.where = "the " + filepath.Base(t.pidFile) + " of its bundle"
	c.pid, err = bundle.ReadPID(t.pidFile)
	return err
}

func (t *trace) runtimeClaim(c *claim) error {
	if len(t.roots) == 0 {
		return errNoClaim
	}
	state, err := t.state()
	if err != nil {
		return err
	}
	c.where, c.pid, c.start = "the runtime's state", state.PID, state.Start
	if state.Waiting {
		c.state = Created
	}
	return nil
}

// procClaim finds the init by its cgroup: the only process there that is number
// 1 of a PID namespace or, where the container has none of its own, the only
// child of the container's shim. Of a shim that has one container only, it is
// its child whatever the cgroup.
func (t *trace) procClaim(c *claim, spec *specs.Spec) error {
	if t.direct {
		return errUnneeded
	}
	if t.scan == nil {
		return errNotLooked
	}
	own, path := pidNamespace(spec)
	var found []procfs.Process
	for _, p := range t.scan.Processes {
		isInit := p.Init()
		if own && path != "" || !own {
			isInit = t.monitor != 0 && p.PPID == t.monitor
		}
		if isInit && (ownCgroup(p.Cgroups, t.id, spec) != "" || len(p.NSpid) == 2 && defaultCgroup(p.Cgroups, t.namespace, t.id) != "") {
			found = append(found, p)
		}
	}
	if len(found) == 0 && t.alone {
		for _, p := range t.scan.Processes {
			if p.PPID == t.monitor && p.Init() {
				found = append(found, p)
			}
		}
	}
	// A container in the container has an init too, in a deeper PID namespace.
	if len(found) > 0 {
		least := len(slices.MinFunc(found, func(a, b procfs.Process) int { return len(a.NSpid) - len(b.NSpid) }).NSpid)
		found = slices.DeleteFunc(found, func(p procfs.Process) bool { return len(p.NSpid) > least })
	}
	switch len(found) {
	case 0:
		if t.scan.Partial {
			return errNotLooked
		}
		return errNoProcess
	case 1:
		c.where, c.pid, c.start = "the cgroups of /proc", found[0].PID, found[0].Start
		return nil
	}
	return fmt.Errorf("%d processes in its cgroup may be its init, such as %d and %d", len(found), found[0].PID, found[1].PID)
}
