package doctor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestHealthy: nothing is wrong with a container that was just started, and
// every link of its chain was looked at.
func TestHealthy(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		r := diagnose(t, bed, c.ID)
		r.expect(t, "healthy")
		testbed.Equal(t, "PID", r.Container.PID, c.PID)
		testbed.Equal(t, "state", r.Container.State, "running")
		testbed.Equal(t, "checks", strings.Join(r.with("ok"), " "), "containerd.socket containerd.process containerd.fds containerd.api "+
			"containerd.metadata shim.process shim.fds shim.socket containerd.task disk.space disk.inodes runtime.binary runtime.state "+
			"bundle pid.sources init.process init.namespaces cgroup.frozen cgroup.pids cgroup.memory cgroup.oom enter")
		testbed.Equal(t, "not ok", strings.Join(r.with("warn", "fail", "unknown"), " "), "")
		r.evidence(t, "containerd.api", strings.ReplaceAll(bed.Flavour.Name, "-", " ")) // "containerd 2.4"
		r.evidence(t, "containerd.process", fmt.Sprintf("PID %d", bed.PID))
		r.evidence(t, "shim.process", fmt.Sprintf("PID %d", c.ShimPID(t)))
		for _, id := range []string{"shim.socket", "containerd.task", "runtime.state"} {
			r.evidence(t, id, fmt.Sprintf("PID %d", c.PID))
		}
		r.evidence(t, "pid.sources", "containerd, the runtime's state, the bundle")

		byPID := diagnose(t, bed, fmt.Sprintf("pid:%d", c.PID))
		byPID.expect(t, "healthy")
		testbed.Equal(t, "container of the PID", byPID.Container.ID, c.ID)

		r = diagnose(t, bed)
		verdict := "healthy"
		if r.check(t, "host.load").Status == "warn" { // which is none of the tests' business
			verdict = "degraded"
		}
		r.expect(t, verdict)
		r.evidence(t, "shim.socket", "1 of 1 shims answer")
	})
}

// TestHealthyDocker: nor with one of Docker's, by its name.
func TestHealthyDocker(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	docker := bed.StartDocker(t)
	id := docker.Run(t, "--name", "web", "--memory", "64m", "--pids-limit", "50", "busybox", "sleep", "86400")
	t.Setenv("DOCKER_HOST", docker.Host)
	r := diagnose(t, bed, "web")
	r.expect(t, "healthy")
	testbed.Equal(t, "ID", r.Container.ID, id)
	testbed.Equal(t, "not ok", strings.Join(r.with("warn", "fail", "unknown"), " "), "")
	r.evidence(t, "docker.api", strings.TrimPrefix(docker.Host, "unix://"))
	r.evidence(t, "cgroup.pids", "of 50 processes")
	r.evidence(t, "cgroup.memory", "of 64 MiB")
	if !slices.Contains(r.with("ok"), "runtime.state") {
		t.Errorf("Docker's runtime has states elsewhere: %s", r)
	}
}

// TestNotRunning: what has ended cannot be entered, and that is all.
func TestNotRunning(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		c.Ctr(t, "task", "kill", "--signal", "KILL", c.ID)
		testbed.Eventually(t, limit, "the task has ended", func() bool {
			return strings.Contains(c.Ctr(t, "task", "ls"), "STOPPED")
		})
		r := diagnose(t, bed, c.ID)
		r.expect(t, "broken", "enter")
		testbed.Equal(t, "state", r.Container.State, "stopped")
		r.evidence(t, "enter", "is stopped")
		r.evidence(t, "containerd.task", "is stopped")
		r.evidence(t, "runtime.state", "which has ended")
		c.Ctr(t, "task", "delete", c.ID)
		r = diagnose(t, bed, c.ID)
		r.expect(t, "broken", "enter")
		testbed.Equal(t, "state", r.Container.State, "no task")
	})
}

// TestNotRunningDocker: nor is anything wrong with Docker's containers that have
// ended or were not started: containerd has no record of them.
func TestNotRunningDocker(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	docker := bed.StartDocker(t)
	t.Setenv("DOCKER_HOST", docker.Host)
	docker.Run(t, "--name", "gone", "busybox", "true")
	docker.Output(t, "create", "--name", "fresh", "busybox", "true")
	for name, state := range map[string]string{"gone": "stopped", "fresh": "created"} {
		var r report
		testbed.Eventually(t, 10*time.Second, name+" is "+state, func() bool {
			r = diagnose(t, bed, name)
			return r.Container.State == state
		})
		r.expect(t, "broken", "enter")
		r.evidence(t, "enter", "is "+state)
		r.evidence(t, "containerd.metadata", "when Docker starts it")
	}
}

// TestNoSuchContainer: a reference that means nothing is no verdict.
func TestNoSuchContainer(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	testbed.ExpectFailure(t, bed.Sidestep(t, "doctor", "nobody"), 125, "no container", "ps -a")
	testbed.ExpectFailure(t, bed.Sidestep(t, "doctor", "a", "b"), 125, "one too many", "doctor --help")
}
