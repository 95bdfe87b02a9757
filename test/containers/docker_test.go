package containers

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDocker: the confinement of Docker's containers is that of docker exec.
func TestDocker(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		docker := bed.StartDocker(t)
		for name, flags := range map[string][]string{
			"plain":        nil,
			"user":         {"--user", "dev", "--workdir", "/home/dev", "--env", "GREETING=hello"},
			"groups":       {"--user", "1000:33", "--group-add", "10"},
			"no_new_privs": {"--security-opt", "no-new-privileges"},
			"caps":         {"--cap-drop", "ALL", "--cap-add", "CHOWN"},
			"host network": {"--network", "host"},
			"host PIDs":    {"--pid", "host"},
			"read-only":    {"--read-only", "--tmpfs", "/tmp"},
			"limits":       {"--memory", "64m", "--cpus", "0.5", "--pids-limit", "50", "--ulimit", "nproc=256:512"}, // not nofile: see TestSpecNotRuntime
			"init":         {"--init"},
		} {
			t.Run(name, func(t *testing.T) {
				id := docker.Run(t, append(append([]string{}, flags...), "busybox", "sleep", "86400")...)
				got := bed.Output(t, "exec", id, "/bin/sh", "-c", confinement)
				diff(t, got, docker.Output(t, "exec", id, "/bin/sh", "-c", confinement))
				docker.Output(t, "rm", "--force", id)
			})
		}
	})
}
