package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// file returns a file of the container's cgroup: the first of v1's and v2's
// that is there.
func file(t *testing.T, c *testbed.Container, controller string, names ...string) string {
	t.Helper()
	for _, name := range names {
		for _, root := range []string{"/sys/fs/cgroup/" + controller, "/sys/fs/cgroup", "/sys/fs/cgroup/unified"} {
			path := filepath.Join(root, c.Cgroup(), name)
			if _, err := os.Stat(path); err == nil {
				return path
			}
		}
	}
	t.Fatalf("%s has no cgroup with %v", c.ID, names)
	return ""
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0); err != nil {
		t.Fatal(err)
	}
}

// TestPaused: a container that is paused cannot be entered.
func TestPaused(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		c.Ctr(t, "task", "pause", c.ID)
		r := diagnose(t, bed, c.ID)
		r.expect(t, "broken", "cgroup.frozen", "enter")
		r.evidence(t, "init.process", "frozen")
		if advice := r.check(t, "cgroup.frozen").Advice; !strings.HasSuffix(advice, "--no-cgroup") { // it has no filter
			t.Errorf("advice %q", advice)
		}
		testbed.Equal(t, "summary", strings.HasPrefix(r.Summary, "cgroup frozen: "), true)
		c.Ctr(t, "task", "resume", c.ID)
		diagnose(t, bed, c.ID).expect(t, "healthy")
	})
}

// TestPids: a container that has as many processes as it may, or nearly, and
// one below a cgroup that has.
func TestPids(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{})
	limit := file(t, c, "pids", "pids.max")
	const current = "1" // what has started it is there for a moment longer
	testbed.Eventually(t, 5*time.Second, "only init is there", func() bool {
		return read(t, filepath.Join(filepath.Dir(limit), "pids.current")) == current
	})
	write(t, limit, current)
	r := diagnose(t, bed, c.ID)
	r.evidence(t, "cgroup.pids", "has "+current+" of "+current)
	testbed.Equal(t, "status", r.check(t, "cgroup.pids").Status, "fail")
	// Whether sidestep exec works, doctor says as it is.
	result := bed.Sidestep(t, "exec", c.ID, "true")
	t.Logf("exec: %d, %s", result.Code, result.Stderr)
	entered := result.Code == 0
	testbed.Equal(t, "exit code", r.code, map[bool]int{true: 1, false: 2}[entered])
	write(t, limit, "max")
	diagnose(t, bed, c.ID).expect(t, "healthy")

	above := filepath.Join(filepath.Dir(filepath.Dir(limit)), "pids.max")
	write(t, above, read(t, filepath.Join(filepath.Dir(above), "pids.current")))
	r = diagnose(t, bed, c.ID)
	testbed.Equal(t, "status", r.check(t, "cgroup.pids").Status, "fail")
	testbed.Equal(t, "whose limit", r.check(t, "cgroup.pids").Subject, filepath.Dir(c.Cgroup()))
	write(t, above, "max")
}

// TestMemory: a container that has no memory left.
func TestMemory(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{Args: []string{"/bin/sh", "-c",
		`x=$(head -c 20000000 /dev/zero | tr '\0' x); echo ready >/tmp/ready; while :; do sleep 1; done`}})
	testbed.Eventually(t, 20*limit, "the container has its memory", func() bool {
		_, err := os.Stat(c.Path("tmp/ready"))
		return err == nil
	})
	limit := file(t, c, "memory", "memory.limit_in_bytes", "memory.max")
	used, err := strconv.Atoi(read(t, file(t, c, "memory", "memory.usage_in_bytes", "memory.current")))
	if err != nil {
		t.Fatal(err)
	}
	diagnose(t, bed, c.ID).expect(t, "healthy")
	write(t, limit, strconv.Itoa(used+used/200))
	r := diagnose(t, bed, c.ID)
	r.expect(t, "degraded", "cgroup.memory")
}

// TestOOM: the kernel has killed a process of the container for its memory, and
// the container goes on.
func TestOOM(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{})
	write(t, file(t, c, "memory", "memory.limit_in_bytes", "memory.max"), strconv.Itoa(16<<20))
	// The command is the one to be killed, and not init.
	bed.Sidestep(t, "exec", c.ID, "sh", "-c", `echo 1000 >/proc/self/oom_score_adj; x=$(head -c 60000000 /dev/zero | tr '\0' x)`)
	r := diagnose(t, bed, c.ID)
	r.expect(t, "degraded")
	testbed.Equal(t, "OOM kills", r.check(t, "cgroup.oom").Status, "warn")
}

// TestInit: the container's own process.
func TestInit(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	c := bed.Run(t, testbed.Container{})
	signal(t, c.PID, syscall.SIGSTOP)
	testbed.Eventually(t, limit, "init has stopped", func() bool {
		return strings.Contains(read(t, c.Proc("status")), "State:\tT")
	})
	r := diagnose(t, bed, c.ID)
	testbed.Equal(t, "stopped", r.check(t, "init.process").Status, "warn")
	testbed.Equal(t, "exit code", r.code, 1)
	testbed.Equal(t, "exec", bed.Sidestep(t, "exec", c.ID, "true").Code, 0)
	signal(t, c.PID, syscall.SIGCONT)

	// A zombie: its shim hangs, and does not wait for it.
	shim := c.ShimPID(t)
	signal(t, shim, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, shim, syscall.SIGCONT) })
	signal(t, c.PID, syscall.SIGKILL)
	r = diagnose(t, bed, c.ID)
	testbed.Equal(t, "verdict", r.Verdict, "broken")
	testbed.Equal(t, "shim", r.check(t, "shim.process").Status, "fail")
}

// TestDescriptors: a containerd that has no descriptor left.
func TestDescriptors(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		var before unix.Rlimit
		if err := unix.Prlimit(bed.PID, unix.RLIMIT_NOFILE, nil, &before); err != nil {
			t.Fatal(err)
		}
		if err := unix.Prlimit(bed.PID, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 4, Max: before.Max}, nil); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Prlimit(bed.PID, unix.RLIMIT_NOFILE, &before, nil) })
		r := diagnose(t, bed, c.ID)
		testbed.Equal(t, "descriptors", r.check(t, "containerd.fds").Status, "fail")
		testbed.Equal(t, "exit code", r.code, 1)
	})
}

// TestFull: the file system of the states is full.
func TestFull(t *testing.T) {
	bed := testbed.StartSmall(t, testbed.V2(), 4<<20, 1000)
	c := bed.Run(t, testbed.Container{})
	ballast, err := os.Create(filepath.Join(bed.State(), "ballast"))
	if err != nil {
		t.Fatal(err)
	}
	defer ballast.Close()
	for block := make([]byte, 1<<12); err == nil; _, err = ballast.Write(block) {
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	r := diagnose(t, bed, c.ID)
	r.expect(t, "degraded", "disk.space")
	full := func(c check) bool { return c.ID == "disk.space" && c.Status == "fail" && c.Subject == bed.State() }
	if !slices.ContainsFunc(r.Checks, full) {
		t.Errorf("%s is not what is full in %s", bed.State(), r)
	}
}
