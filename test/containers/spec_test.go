package containers

import (
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestSpecNotRuntime: where Debian's runc 1.1 departs from the spec in exec,
// sidestep does not. It ignores the umask, and Go's runtime raises its soft
// limit of open files, which what it starts inherits.
func TestSpecNotRuntime(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) {
			mask := uint32(0o027)
			s.Process.User.Umask = &mask
			s.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: 256, Hard: 512}}
		}})
		testbed.Equal(t, "umask", bed.Output(t, "exec", c.ID, "sh", "-c", "umask"), "0027")
		limits := strings.Fields(bed.Output(t, "exec", c.ID, "grep", "open files", "/proc/self/limits"))
		testbed.Equal(t, "open files", strings.Join(limits[3:5], " "), "256 512")
	})
}
