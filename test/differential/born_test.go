package differential

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestBornInTheCgroup: with cgroup v2 alone, the command's process is born in
// the container's cgroup (CLONE_INTO_CGROUP) and not moved there: the kernel's
// trace of moves (tracefs, cgroup_attach_task) does not have it.
func TestBornInTheCgroup(t *testing.T) {
	if !unified() {
		t.Log("there is cgroup v1: processes are moved into it")
		return
	}
	s := newSetting(t)
	c := s.run(t, func(*specs.Spec) {})
	trace := traceMoves(t)
	for _, tl := range []tool{s.runc, s.sidestep} {
		testbed.Equal(t, tl.name, s.says(t, tl, c, plainly, "true"), "0 ")
		if moves := trace(c); moves != "" {
			t.Errorf("%s moved processes into the cgroup:\n%s", tl.name, moves)
		}
	}
	sleep := exec.Command("sleep", "86400")
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = sleep.Process.Kill(), sleep.Wait() }()
	file := filepath.Join("/sys/fs/cgroup", c.Cgroup(), "cgroup.procs")
	if err := os.WriteFile(file, []byte(fmt.Sprint(sleep.Process.Pid)), 0); err != nil {
		t.Fatal(err)
	}
	if trace(c) == "" {
		t.Error("the trace does not show a move")
	}
}

// traceMoves returns what tells of the moves into a container's cgroup so far.
func traceMoves(t *testing.T) func(*subject) string {
	t.Helper()
	dir := fmt.Sprintf("/sys/kernel/tracing/instances/sidestep-%d", os.Getpid())
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatalf("make a trace: %v", err)
	}
	t.Cleanup(func() { _ = os.Remove(dir) })
	event := filepath.Join(dir, "events/cgroup/cgroup_attach_task/enable")
	if err := os.WriteFile(event, []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.WriteFile(event, []byte("0"), 0) })
	return func(c *subject) string {
		text, err := os.ReadFile(filepath.Join(dir, "trace"))
		if err != nil {
			t.Fatal(err)
		}
		var moves []string
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, c.Cgroup()) {
				moves = append(moves, line)
			}
		}
		return strings.Join(moves, "")
	}
}

// TestBornWithNoMemoryLeft: with cgroup v2 alone, the command's process is born in a
// cgroup that has no memory for it, and is killed. Sidestep is not, and says so.
func TestBornWithNoMemoryLeft(t *testing.T) {
	if !unified() {
		t.Log("there is cgroup v1: processes are moved into it")
		return
	}
	s := newSetting(t)
	c := s.run(t, func(spec *specs.Spec) {})
	dir := filepath.Join("/sys/fs/cgroup", c.Cgroup())
	// Memory is charged to the cgroup of who touches it first.
	fill := fmt.Sprintf("echo $$ >%s/cgroup.procs && exec dd if=/dev/zero of=/proc/%d/root/dev/shm/fill bs=1M count=4", dir, c.PID)
	if out, err := exec.Command("sh", "-c", fill).CombinedOutput(); err != nil {
		t.Fatalf("fill the memory: %v: %s", err, out)
	}
	// Nobody but who comes is there to be killed, and hardly more than nothing is left.
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/oom_score_adj", c.PID), []byte("-1000"), 0); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := os.WriteFile(filepath.Join(dir, "memory.max"), []byte("3M"), 0); err != nil {
			t.Fatal(err)
		}
		r := testbed.Run(t, s.bed.Command("exec", c.ID, "true"))
		testbed.ExpectFailure(t, r, 125, "it was killed, and the container has hardly any memory left", "--no-cgroup")
		if err := os.WriteFile(filepath.Join(dir, "memory.max"), []byte("max"), 0); err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "with enough memory", s.says(t, s.sidestep, c, plainly, "true"), "0 ")
	}
}
