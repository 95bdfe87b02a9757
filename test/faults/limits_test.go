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
		{name: "memory.max reached but for 640 KiB", inject: reachMemory, fatal: true, named: []string{"cgroup.memory"}, scarce: true},
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
		if r := testbed.Run(t, command("pause")); r.Code != 0 {
			t.Fatalf("pause: %+v", r)
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

// spareMemory is what is left to a container whose memory is used up, in
// bytes: a small program fits in.
const spareMemory = 640 << 10

// reachMemory has the container hold memory that cannot be taken back, and
// lowers its limit to hardly more than that.
func reachMemory(t *testing.T, w *world) {
	for _, v := range w.victims {
		dir := v.cgroupOf(t, "memory")
		limit, usage := filepath.Join(dir, "memory.limit_in_bytes"), filepath.Join(dir, "memory.usage_in_bytes")
		if _, err := os.Stat(limit); err != nil {
			limit, usage = filepath.Join(dir, "memory.max"), filepath.Join(dir, "memory.current")
		}
		shm := fmt.Sprintf("/proc/%d/root/dev/shm/fill", v.pid)
		t.Cleanup(func() { _ = os.Remove(shm) })
		// Memory is charged to the cgroup of who touches it first.
		script := fmt.Sprintf("echo $$ >%s/cgroup.procs && head -c 16M /dev/zero >%s", dir, shm)
		if r := testbed.Run(t, exec.Command("/bin/sh", "-c", script)); r.Code != 0 {
			t.Fatalf("fill the memory: %+v", r)
		}
		used, err := strconv.Atoi(get(t, usage))
		if err != nil {
			t.Fatal(err)
		}
		set(t, limit, strconv.Itoa(used+spareMemory))
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
