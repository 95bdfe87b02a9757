package errors

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestStopped(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		c := f.bed.Run(t, testbed.Container{Args: []string{"/bin/true"}})
		testbed.Eventually(t, 10*time.Second, "the container has stopped", func() bool {
			return strings.Contains(c.Ctr(t, "task", "ls"), "STOPPED")
		})
		f.fail(t, "stopped", "", "exec", c.ID, "true")
		f.fail(t, "stopped", "", "pid", c.ID)
	})
}

func TestNoTask(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		c := f.bed.Run(t, testbed.Container{})
		c.Ctr(t, "task", "delete", "--force", c.ID)
		f.fail(t, c.ID, "", "exec", c.ID, "true")
	})
}

// TestCreated: the container's command has not been started yet.
func TestCreated(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		c := f.bed.Create(t, testbed.Container{})
		f.fail(t, "created", "", "exec", c.ID, "touch", marker)
		c.Start(t)
		f.bed.Output(t, "exec", c.ID, "true")
	})
}

// TestPausedWithFilter: the hint has what it takes to enter such a container.
func TestPausedWithFilter(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		f := fixture{bed: bed, c: bed.Run(t, testbed.Container{Flags: []string{"--seccomp"}})}
		f.c.Ctr(t, "task", "pause", f.c.ID)
		flags := []string{"--no-cgroup"}
		if _, err := os.Stat("/sys/fs/cgroup/freezer"); err == nil {
			flags = append(flags, "--no-seccomp")
			f.fail(t, "it did not stop in 1s", "--no-seccomp", f.exec("--no-cgroup")...)
		}
		for _, flag := range flags {
			f.fail(t, "paused", flag, f.exec()...)
		}
		r := bed.Sidestep(t, f.exec(flags...)...)
		testbed.Equal(t, "exit code", r.Code, 0)
	})
}

func TestPaused(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.c.Ctr(t, "task", "pause", f.c.ID)
		start := time.Now()
		f.fail(t, "paused", "resume", f.exec()...)
		f.fail(t, "paused", "resume", f.exec("-t")...)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		f.c.Ctr(t, "task", "resume", f.c.ID)
		time.Sleep(300 * time.Millisecond) // a command that waited for the thaw would run now
		if _, err := os.Stat(f.c.Path(marker)); err == nil {
			t.Error("the command was started when the container went on")
		}
		f.bed.Output(t, f.exec()...)
	})
}
