package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// victim is a container, and where what is between it and its clients is. All
// that is looked up is looked up while it is well.
type victim struct {
	by        string // what made it: "ctr" or "docker"
	id, name  string
	namespace string // containerd's
	pid       int    // of its init
	rootfs    string // of a container of ctr's
	runcRoot  string // runc --root, without the namespace

	world  *world
	shim   int
	mount  string // its mount namespace, which shows that a command ran in it
	socket string // of its shim
	cgroup map[string]string
}

func newVictim(t *testing.T, w *world, v *victim) *victim {
	t.Helper()
	v.world = w
	testbed.Eventually(t, 5*time.Second, "runc has executed the container's command", func() bool {
		comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", v.pid))
		return err == nil && string(comm) == "sleep\n"
	})
	v.shim = (&testbed.Container{ID: v.id, PID: v.pid}).ShimPID(t)
	var err error
	if v.mount, err = os.Readlink(fmt.Sprintf("/proc/%d/ns/mnt", v.pid)); err != nil {
		t.Fatal(err)
	}
	v.socket = v.shimSocket(t)
	v.cgroup = cgroupsOf(t, v.pid)
	return v
}

// bundle is what containerd and the shim keep of the container.
func (v *victim) bundle() string {
	return filepath.Join(v.world.bed.State(), "io.containerd.runtime.v2.task", v.namespace, v.id)
}

// runcState is what runc keeps of it.
func (v *victim) runcState() string { return filepath.Join(v.runcRoot, v.namespace, v.id) }

// shimSocket returns the path of the shim's socket, as the bundle has it.
func (v *victim) shimSocket(t *testing.T) string {
	t.Helper()
	var bootstrap struct{ Address string }
	if data, err := os.ReadFile(filepath.Join(v.bundle(), "bootstrap.json")); err == nil {
		if err := json.Unmarshal(data, &bootstrap); err != nil {
			t.Fatal(err)
		}
	} else {
		data, err := os.ReadFile(filepath.Join(v.bundle(), "address"))
		if err != nil {
			t.Fatal(err)
		}
		bootstrap.Address = string(data)
	}
	path, ok := strings.CutPrefix(bootstrap.Address, "unix://")
	if _, err := os.Stat(path); !ok || err != nil {
		t.Fatalf("the shim's address %q: %v", bootstrap.Address, err)
	}
	return path
}

// cgroupsOf returns the directories of a process's cgroups by controller; that
// of the v2 hierarchy by "".
func cgroupsOf(t *testing.T, pid int) map[string]string {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(data)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		for controller := range strings.SplitSeq(fields[1], ",") {
			found[controller] = filepath.Join("/sys/fs/cgroup", controller, fields[2])
		}
	}
	return found
}

// comesBack waits until the container can be entered in the usual ways, for a
// while, and returns those in which it cannot.
func (v *victim) comesBack() (broken []string) {
	deadline := time.Now().Add(20 * time.Second)
	for _, ask := range v.peers() {
		for ask.judge(run(ask.command(), peerTimeout)) != works {
			if time.Now().After(deadline) {
				broken = append(broken, ask.column)
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	return broken
}

// remove removes what is left of the container. dockerd takes its time, and
// is not waited for.
func (v *victim) remove(t *testing.T) {
	t.Helper()
	if v.by == "docker" {
		go run(v.world.docker.Command("rm", "--force", v.id), 15*time.Second)
		return
	}
	for _, args := range [][]string{{"task", "rm", "--force", v.id}, {"container", "rm", v.id}} {
		cmd := v.world.bed.CtrCommand(append([]string{"--namespace", v.namespace}, args...)...)
		// The next test of all links says whether a failure matters.
		if r := run(cmd, 10*time.Second); r.Code != 0 {
			t.Logf("%s: %+v", strings.Join(cmd.Args, " "), r)
		}
	}
}
