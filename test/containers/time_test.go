package containers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestTimeNamespace: a container with a time namespace of its own, which takes
// a newer runc than Debian 12 has.
func TestTimeNamespace(t *testing.T) {
	runc := filepath.Join(testbed.Cache(), "runc-v1.5.2", "runc")
	if _, err := os.Stat(runc); err != nil {
		t.Fatalf("%s is missing: run hack/test as root, it builds it", runc)
	}
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Flags: []string{"--runc-binary", runc}, Spec: func(s *specs.Spec) {
			s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.TimeNamespace})
			s.Linux.TimeOffsets = map[string]specs.LinuxTimeOffset{"boottime": {Secs: 864000}}
		}})
		own := readlink(t, c.Proc("ns/time"))
		if own == readlink(t, "/proc/self/ns/time") {
			t.Fatal("the container has the host's time namespace")
		}
		sameAsRuntime(t, bed, c)
		testbed.Equal(t, "time namespace", bed.Output(t, "exec", c.ID, "readlink", "/proc/self/ns/time"), own)
		testbed.Equal(t, "offset", bed.Output(t, "exec", c.ID, "cat", "/proc/self/timens_offsets"), c.Exec(t, "cat", "/proc/self/timens_offsets"))
	})
}
