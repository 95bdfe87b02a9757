package faults

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// The size of the file system of the daemons' state directories.
const (
	stateBytes = 16 << 20
	stateFiles = 6000
)

// world is a containerd with a container whose way in is broken: one that ctr
// made, or one of Docker's.
type world struct {
	bed     *testbed.Bed
	docker  *testbed.Docker // may be nil
	victims []*victim       // one, but in a crowd
	others  []*victim       // nothing happens to them
}

// worlds are all worlds: Docker is tested with the containerd that Debian
// ships for it.
func worlds() map[string]func(*testing.T) *world {
	all := map[string]func(*testing.T) *world{
		"docker": func(t *testing.T) *world {
			w := &world{bed: testbed.StartSmall(t, testbed.Debian(), stateBytes, stateFiles)}
			w.docker = w.bed.StartDocker(t, "--exec-root", w.dockerRoot(), "--add-runtime", "bed="+w.bed.Runc, "--default-runtime", "bed")
			return w
		},
	}
	for _, flavour := range testbed.Flavours() {
		all[flavour.Name] = func(t *testing.T) *world {
			return &world{bed: testbed.StartSmall(t, flavour, stateBytes, stateFiles)}
		}
	}
	return all
}

// populate runs the containers.
func (w *world) populate(t *testing.T) {
	t.Helper()
	w.others = []*victim{w.runCtr(t)}
	w.replace(t)
}

// replace runs a new victim.
func (w *world) replace(t *testing.T) {
	t.Helper()
	if w.docker != nil {
		w.victims = []*victim{w.runDocker(t)}
	} else {
		w.victims = []*victim{w.runCtr(t)}
	}
}

// heal makes sure that the last fault is undone: every link works again.
func (w *world) heal(t *testing.T, f fault) {
	t.Helper()
	w.bed.Await(t)
	if f.fatal {
		for _, v := range w.victims {
			v.remove(t)
		}
		w.replace(t)
	}
	// A daemon may never find back to a container whose shim was stopped.
	if v := w.victims[0]; len(v.comesBack()) > 0 {
		t.Logf("the container of %s does not come back: there is a new one", v.by)
		v.remove(t)
		w.replace(t)
	}
	for _, v := range append(w.victims, w.others[0]) {
		if broken := v.comesBack(); len(broken) > 0 {
			t.Fatalf("the container of %s cannot be entered by %s any more", v.by, strings.Join(broken, ", "))
		}
	}
}

// dockerRoot is where dockerd keeps what ends with it: sockets, and the
// states of runc.
func (w *world) dockerRoot() string { return filepath.Join(w.bed.State(), "docker") }

// runcRoot is where the states of runc are for ctr's containers.
func (w *world) runcRoot() string { return filepath.Join(w.bed.State(), "runc") }

func (w *world) runCtr(t *testing.T) *victim {
	t.Helper()
	c := w.bed.Run(t, testbed.Container{
		Flags: []string{"--runc-binary", w.bed.Runc, "--runc-root", w.runcRoot()},
		Spec:  func(*specs.Spec) {},
	})
	return newVictim(t, w, &victim{by: "ctr", id: c.ID, name: c.ID, namespace: c.Namespace, pid: c.PID, rootfs: c.Rootfs, runcRoot: w.runcRoot()})
}

func (w *world) runDocker(t *testing.T) *victim {
	t.Helper()
	v := &victim{by: "docker", namespace: "moby", runcRoot: filepath.Join(w.dockerRoot(), "runtime-runc")}
	v.id = w.docker.Output(t, "create", "--network", "none", "busybox", "sleep", "86400")
	// dockerd comes back to a new containerd after a while.
	testbed.Eventually(t, 30*time.Second, "dockerd starts a container", func() bool {
		return run(w.docker.Command("start", v.id), 10*time.Second).Code == 0
	})
	v.name = w.docker.Output(t, "inspect", "--format", "{{slice .Name 1}}", v.id)
	v.pid = w.docker.InitPID(t, v.id)
	return newVictim(t, w, v)
}
