package sources

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// files returns the directories that a container has left: its bundle and its
// runtime's state.
func files(bed *testbed.Bed, c *testbed.Container) (bundle, state string) {
	return fmt.Sprintf("%s/state/io.containerd.runtime.v2.task/%s/%s", bed.Dir, c.Namespace, c.ID),
		fmt.Sprintf("/run/containerd/runc/%s/%s", c.Namespace, c.ID)
}

// damage does something to every regular file of a directory.
func damage(t *testing.T, dir string, how func(path string) error) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			if err := how(filepath.Join(dir, entry.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestDamagedFiles: the process itself shows what it is, and a command gets what
// its init has, and no more.
func TestDamagedFiles(t *testing.T) {
	damages := map[string]func(string) error{
		"removed": os.Remove,
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"half": func(path string) error {
			info, err := os.Stat(path)
			if err != nil {
				return err
			}
			return os.Truncate(path, info.Size()/2)
		},
		"a FIFO": func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return syscall.Mkfifo(path, 0o600)
		},
		"garbage": func(path string) error { return os.WriteFile(path, []byte("\x00{\xff"), 0o600) },
	}
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		all := map[string]*testbed.Container{}
		for what := range damages {
			all[what] = bed.Run(t, testbed.Container{})
		}
		stop(t, bed.PID)
		for what, how := range damages {
			c := all[what]
			bundle, state := files(bed, c)
			damage(t, bundle, how)
			damage(t, state, how)
			if what == "a FIFO" { // the test bed reads them when it cleans up
				t.Cleanup(func() { removeFIFOs(bundle, state) })
			}
			f := pidOf(t, bed, "pid", c.ID)
			testbed.Equal(t, what+": PID", f.PID, c.PID)
			testbed.Equal(t, what+": spec", f.Spec, "")
			start := time.Now()
			r := bed.Sidestep(t, "exec", c.ID, "grep", "Cap", "/proc/self/status")
			took := time.Since(start)
			want := testbed.Run(t, bed.Command("exec", fmt.Sprintf("pid:%d", c.PID), "grep", "Cap", "/proc/self/status"))
			testbed.Equal(t, what+": capabilities", r.Stdout, want.Stdout)
			if r.Code != 0 || !strings.Contains(r.Stderr, "no record of what the container may do") || took > 2*time.Second {
				t.Errorf("%s: exit code %d after %v, stderr %q", what, r.Code, took, r.Stderr)
			}
		}
	})
}

func removeFIFOs(dirs ...string) {
	for _, dir := range dirs {
		paths, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, path := range paths {
			if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeNamedPipe {
				_ = os.Remove(path)
			}
		}
	}
}

// TestEnded: what has ended is not entered, and that is said soon.
func TestEnded(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		stop(t, c.ShimPID(t)) // which would reap it
		if err := syscall.Kill(c.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for _, what := range []string{"the shim is stopped", "containerd too"} {
			start := time.Now()
			r := bed.Sidestep(t, "exec", c.ID, "true")
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%s: took %v", what, took)
			}
			testbed.ExpectFailure(t, r, 125, "has exited", "")
			if what == "the shim is stopped" {
				stop(t, bed.PID)
			}
		}
	})
}

// TestOrphan: containerd and the shim are gone, and the container runs.
func TestOrphan(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		bare := bed.Run(t, testbed.Container{})
		for _, pid := range []int{bed.PID, c.ShimPID(t), bare.ShimPID(t)} {
			kill(t, pid)
		}
		bundle, state := files(bed, bare)
		for _, dir := range []string{bundle, state} {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
		for _, one := range []*testbed.Container{c, bare} {
			f := pidOf(t, bed, "pid", one.ID)
			testbed.Equal(t, "PID", f.PID, one.PID)
		}
	})
}

// TestUsedAgain: the files name a PID that another process has now.
func TestUsedAgain(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		other := bed.Run(t, testbed.Container{})
		kill(t, bed.PID)
		kill(t, c.ShimPID(t))
		if err := syscall.Kill(c.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		bundle, _ := files(bed, c)
		for _, pid := range []int{other.PID, other.ShimPID(t), os.Getpid()} {
			testbed.WriteFile(t, filepath.Join(bundle, "init.pid"), fmt.Sprint(pid), 0o644)
			r := bed.Sidestep(t, "exec", c.ID, "touch", "/tmp/started")
			testbed.ExpectFailure(t, r, 125, c.ID, "")
		}
		if _, err := os.Stat(other.Path("/tmp/started")); err == nil {
			t.Error("another container was entered")
		}
	})
}
