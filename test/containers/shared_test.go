package containers

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func readlink(t *testing.T, path string) string {
	t.Helper()
	link, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestHostNetwork(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) {
			testbed.WithoutNamespace(s, specs.NetworkNamespace)
			testbed.WithoutMount(s, "/sys") // sysfs belongs to a network namespace of one's own
		}})
		sameAsRuntime(t, bed, c)
		testbed.Equal(t, "network namespace", bed.Output(t, "exec", c.ID, "readlink", "/proc/self/ns/net"), readlink(t, "/proc/self/ns/net"))
	})
}

// TestSharedPIDNamespace: a container in another one's PID namespace.
func TestSharedPIDNamespace(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		first := bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "11111"}, Spec: func(*specs.Spec) {}})
		second := bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "22222"}, Spec: func(s *specs.Spec) {
			testbed.WithoutNamespace(s, specs.PIDNamespace)
			s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.PIDNamespace, Path: first.Proc("ns/pid")})
		}})
		sameAsRuntime(t, bed, second)
		testbed.Equal(t, "pid of the second", bed.Output(t, "pid", second.ID), fmt.Sprint(second.PID))
		list := bed.Output(t, "exec", second.ID, "ps")
		if !strings.Contains(list, "sleep 11111") || !strings.Contains(list, "sleep 22222") {
			t.Errorf("ps in the shared PID namespace:\n%s", list)
		}
		testbed.Equal(t, "mount namespace", bed.Output(t, "exec", second.ID, "readlink", "/proc/self/ns/mnt"), readlink(t, second.Proc("ns/mnt")))
	})
}

// TestHostPIDNamespace: a container in the host's PID namespace.
func TestHostPIDNamespace(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) { testbed.WithoutNamespace(s, specs.PIDNamespace) }})
		sameAsRuntime(t, bed, c)
		name, err := os.ReadFile("/proc/self/comm")
		if err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "the test as the container sees it",
			bed.Output(t, "exec", c.ID, "cat", fmt.Sprintf("/proc/%d/comm", os.Getpid())), strings.TrimSpace(string(name)))
		testbed.Equal(t, "mount namespace", bed.Output(t, "exec", c.ID, "readlink", "/proc/self/ns/mnt"), readlink(t, c.Proc("ns/mnt")))
	})
}
