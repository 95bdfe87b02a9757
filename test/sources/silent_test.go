package sources

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// soon is how long it may take to enter a container whose daemon does not
// answer while its files are whole.
const soon = 500 * time.Millisecond

// sources are all that know a container's PID besides containerd.
var sources = []string{"shim", "bundle", "runtime", "proc"}

// stop stops a process, and lets it go on when the test ends.
func stop(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGCONT) })
	testbed.Eventually(t, 5*time.Second, "the process has stopped", func() bool {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && strings.Contains(string(data), ") T ")
	})
}

// kill ends a process and waits until it is gone.
func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	testbed.Eventually(t, 5*time.Second, "the daemon has ended", func() bool {
		return syscall.Kill(pid, 0) != nil
	})
}

// enters checks that a container is entered in time, that its namespaces are
// those of its init, and that one line on stderr says what was used.
func enters(t *testing.T, bed *testbed.Bed, c *testbed.Container, notice string, args ...string) {
	t.Helper()
	want, err := os.Readlink(c.Proc("ns/mnt"))
	if err != nil {
		t.Fatal(err)
	}
	var r testbed.Result
	var took time.Duration
	for range 5 { // the machine may be busy with something else
		start := time.Now()
		r = bed.Sidestep(t, append(args, "exec", c.ID, "readlink", "/proc/self/ns/mnt")...)
		if took = time.Since(start); took <= soon {
			break
		}
		t.Logf("%q: took %v", args, took)
	}
	if r.Code != 0 || r.Stdout != want+"\n" {
		t.Errorf("%q: exit code %d, %q, want %q: %s", args, r.Code, r.Stdout, want, r.Stderr)
	}
	if limit := soon + 3*plain(t, bed, c); took > limit {
		t.Errorf("%q: took %v, want at most %v", args, took, limit)
	}
	if notice == "" && r.Stderr != "" || notice != "" && (!strings.Contains(r.Stderr, notice) || strings.Count(r.Stderr, "\n") != 1) {
		t.Errorf("%q: stderr %q, want %q", args, r.Stderr, notice)
	}
	t.Logf("%q: %v: %s", args, took.Round(time.Millisecond), r.Stderr)
}

// plain returns how long it takes to enter a container by its PID: next to
// nothing, unless the machine is busy.
func plain(t *testing.T, bed *testbed.Bed, c *testbed.Container) time.Duration {
	t.Helper()
	start := time.Now()
	bed.Sidestep(t, "--source", "proc", "exec", fmt.Sprintf("pid:%d", c.PID), "true")
	return time.Since(start)
}

// found is what `pid -o json` says.
type found struct {
	PID                      int
	State, Source            string
	SourceKind, Spec         string
	VerifiedBy               []string
	NotUsed                  []struct{ Source, Reason string }
	ID, Namespace, Name, Pod any
}

func pidOf(t *testing.T, bed *testbed.Bed, args ...string) found {
	t.Helper()
	r := bed.Sidestep(t, append(args, "-o", "json")...)
	var f found
	if r.Code != 0 {
		t.Errorf("%q: exit code %d: %s", args, r.Code, r.Stderr)
	} else if err := json.Unmarshal([]byte(r.Stdout), &f); err != nil {
		t.Errorf("%q: %v", args, err)
	}
	return f
}

// TestDaemonStopped: containerd is there and does not answer.
func TestDaemonStopped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		enters(t, bed, c, "")
		stop(t, bed.PID)
		enters(t, bed, c, "did not answer in")
		f := pidOf(t, bed, "pid", c.ID)
		testbed.Equal(t, "PID", f.PID, c.PID)
		testbed.Equal(t, "spec", f.Spec, "the config.json of its bundle")
		if len(f.VerifiedBy) < 2 || len(f.NotUsed) == 0 || f.NotUsed[0].Source != "containerd" {
			t.Errorf("how it was found: %+v", f)
		}
		for _, source := range sources {
			enters(t, bed, c, "", "--source", source)
			f := pidOf(t, bed, "--source", source, "pid", c.ID)
			testbed.Equal(t, source+": PID", f.PID, c.PID)
			testbed.Equal(t, source+": kind", f.SourceKind, source)
		}
	})
}

// TestDaemonKilled: containerd is not there.
func TestDaemonKilled(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		kill(t, bed.PID)
		enters(t, bed, c, "nobody listens on this socket")
		if err := os.Remove(bed.Address); err != nil {
			t.Fatal(err)
		}
		enters(t, bed, c, "no such socket")
		for _, source := range sources {
			enters(t, bed, c, "", "--source", source)
		}
	})
}

// TestShimStopped: containerd answers, and does not know the PID.
func TestShimStopped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		stop(t, c.ShimPID(t))
		enters(t, bed, c, "did not answer in")
		f := pidOf(t, bed, "pid", c.ID)
		testbed.Equal(t, "PID", f.PID, c.PID)
		testbed.Equal(t, "spec", f.Spec, "containerd at "+bed.Address)
		for _, source := range []string{"bundle", "runtime", "proc"} {
			enters(t, bed, c, "", "--source", source)
		}
		r := bed.Sidestep(t, "--source", "shim", "exec", c.ID, "true")
		testbed.ExpectFailure(t, r, 125, "no answer", "")
	})
}

// TestBothStopped: neither answers.
func TestBothStopped(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		stop(t, c.ShimPID(t))
		stop(t, bed.PID)
		enters(t, bed, c, "did not answer in")
	})
}

// TestNoState: neither the runtime's state nor the bundle is there, and
// containerd does not answer: the process itself shows what it is.
func TestNoState(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{ID: strings.Repeat("0a1b2c3d", 8)})
		stop(t, bed.PID)
		state := "/run/containerd/runc/default/" + c.ID
		bundle := fmt.Sprintf("%s/state/io.containerd.runtime.v2.task/default/%s", bed.Dir, c.ID)
		for _, dir := range []string{state, bundle} {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
		f := pidOf(t, bed, "pid", c.ID)
		testbed.Equal(t, "PID", f.PID, c.PID)
		testbed.Equal(t, "source", f.SourceKind, "shim")
		f = pidOf(t, bed, "--source", "proc", "pid", c.ID)
		testbed.Equal(t, "PID in /proc", f.PID, c.PID)
	})
}
