package containers

import (
	"os"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestCgroup: the command is in the cgroups of the container's init, in every
// hierarchy, as the host sees them.
func TestCgroup(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
		init, err := os.ReadFile(c.Proc("cgroup"))
		if err != nil {
			t.Fatal(err)
		}
		inside := bed.Output(t, "exec", c.ID, "sh", "-c", "cat /proc/1/cgroup; echo; cat /proc/self/cgroup")
		of1, ofSelf, _ := strings.Cut(inside+"\n", "\n\n")
		testbed.Equal(t, "the init's cgroups as it sees them", of1+"\n", string(init))
		testbed.Equal(t, "the command's cgroups", ofSelf, string(init))
		if !strings.Contains(string(init), c.Cgroup()) {
			t.Errorf("the bed's cgroup %s is not in use: %s", c.Cgroup(), init)
		}
		outside := bed.Output(t, "exec", "--no-cgroup", c.ID, "cat", "/proc/self/cgroup")
		if strings.Contains(outside, c.ID) {
			t.Errorf("with --no-cgroup the command is in the container's cgroup: %s", outside)
		}
	})
}
