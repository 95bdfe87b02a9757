package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func limitFaults() []fault {
	return []fault{
		{name: "container paused", inject: pause, refused: "paused", named: []string{"cgroup.frozen"}},
		{name: "pids.max reached", inject: reachPIDs, named: []string{"cgroup.pids"}, scarce: true},
		{name: "memory.max reached", inject: reachMemory, named: []string{"cgroup.memory"}, scarce: true},
	}
}

func pause(t *testing.T, w *world) {
	for _, v := range w.victims {
		command := func(verb string) *exec.Cmd {
			if v.by == "docker" {
				return w.docker.Command(verb, v.id)
			}
			if verb == "unpause" {
				verb = "resume"
			}
			return w.bed.CtrCommand("--namespace", v.namespace, "task", verb, v.id)
		}
		for _, cmd := range []*exec.Cmd{command("pause")} {
			if r := testbed.Run(t, cmd); r.Code != 0 {
				t.Fatalf("pause: %+v", r)
			}
		}
		t.Cleanup(func() {
			if r := testbed.Run(t, command("unpause")); r.Code != 0 {
				t.Errorf("resume: %+v", r)
			}
		})
	}
}

// reachPIDs allows the container no process more than it has.
func reachPIDs(t *testing.T, w *world) {
	for _, v := range w.victims {
		dir := v.cgroupOf(t, "pids")
		set(t, filepath.Join(dir, "pids.max"), get(t, filepath.Join(dir, "pids.current")))
	}
}

// spareMemory is what a container whose memory is used up can still get by
// dropping what it has cached, in bytes: enough for a small program.
const spareMemory = 768 << 10

// reachMemory fills the container's memory with files that cannot be dropped,
// and the rest with what can.
func reachMemory(t *testing.T, w *world) {
	for _, v := range w.victims {
		dir := v.cgroupOf(t, "memory")
		limit, usage := filepath.Join(dir, "memory.limit_in_bytes"), filepath.Join(dir, "memory.usage_in_bytes")
		if _, err := os.Stat(limit); err != nil {
			limit, usage = filepath.Join(dir, "memory.max"), filepath.Join(dir, "memory.current")
		}
		const size = 16 << 20
		shm := fmt.Sprintf("/proc/%d/root/dev/shm/fill", v.pid)
		t.Cleanup(func() { _ = os.Remove(shm) })
		set(t, limit, strconv.Itoa(size))
		used, err := strconv.Atoi(get(t, usage))
		if err != nil {
			t.Fatal(err)
		}
		// Memory is charged to the cgroup of who touches it first.
		script := fmt.Sprintf("echo $$ >%s/cgroup.procs && head -c %d /dev/zero >%s", dir, size-used-spareMemory, shm)
		if r := testbed.Run(t, exec.Command("/bin/sh", "-c", script)); r.Code != 0 {
			t.Fatalf("fill the memory: %+v", r)
		}
		t.Logf("memory of %s: %s of %d", v.by, get(t, usage), size)
	}
}

// cgroupOf returns the directory of a victim's cgroup that has the controller.
func (v *victim) cgroupOf(t *testing.T, controller string) string {
	t.Helper()
	for _, name := range []string{controller, ""} {
		if dir := v.cgroup[name]; dir != "" {
			return dir
		}
	}
	t.Fatalf("no cgroup with the controller %s: %v", controller, v.cgroup)
	return ""
}

func get(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

// set sets a limit of a cgroup until the test ends.
func set(t *testing.T, path, value string) {
	t.Helper()
	before := get(t, path)
	if err := os.WriteFile(path, []byte(value), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(path, []byte(before), 0); err != nil {
			t.Error(err)
		}
	})
}
