package commands

import (
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// each runs a test in a container of each flavour whose process is a common
// user's.
func each(t *testing.T, test func(*testing.T, *testbed.Bed, *testbed.Container)) {
	t.Helper()
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		test(t, bed, bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) {
			s.Process.User = specs.User{UID: 33, GID: 33, AdditionalGids: []uint32{4242}}
			s.Process.Env = append(s.Process.Env, "FROM_SPEC=yes", "REPLACED=no")
			s.Process.Cwd = "/var/www"
			s.Process.Capabilities = &specs.LinuxCapabilities{}
		}}))
	})
}

func TestWorkingDirectory(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		testbed.Equal(t, "the spec's", bed.Output(t, "exec", c.ID, "pwd"), "/var/www")
		testbed.Equal(t, "-w", bed.Output(t, "exec", "-w", "/tmp", c.ID, "pwd"), "/tmp")
		testbed.Equal(t, "--cwd", bed.Output(t, "exec", "--cwd", "/etc", c.ID, "pwd"), "/etc")
	})
}

// TestSpelling: flags together, attached, long, and ctr's lines.
func TestSpelling(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for _, args := range [][]string{
			{"exec", "-u0", "-eA=b", "-w/tmp", c.ID, "sh", "-c", "echo $(id -u) $A $PWD"},
			{"exec", "--user=0", "--env=A=b", "--workdir=/tmp", c.ID, "--", "sh", "-c", "echo $(id -u) $A $PWD"},
			{"task", "exec", "--exec-id", "x", "--user", "0", "--cwd", "/tmp", c.ID, "sh", "-c", "echo $(id -u) b $PWD"},
			{"-n", "default", "t", "exec", "--exec-id", "x", "--user", "0", "--cwd", "/tmp", c.ID, "sh", "-c", "echo $(id -u) b $PWD"},
			{"-a", bed.Address, "tasks", "exec", "--exec-id=x", "--user", "0", "--cwd", "/tmp", c.ID, "sh", "-c", "echo $(id -u) b $PWD"},
		} {
			testbed.Equal(t, strings.Join(args, " "), bed.Output(t, args...), "0 b /tmp")
		}
		testbed.Equal(t, "flags of the command", bed.Output(t, "exec", c.ID, "echo", "-i", "--help", "--"), "-i --help --")
	})
}
