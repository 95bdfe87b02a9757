package terminal

import (
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// each runs a test in a container of each flavour.
func each(t *testing.T, test func(*testing.T, *testbed.Bed, *testbed.Container)) {
	t.Helper()
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		test(t, bed, bed.Run(t, testbed.Container{Spec: func(*specs.Spec) {}}))
	})
}

// shell starts an interactive shell and waits for its prompt.
func shell(t *testing.T, bed *testbed.Bed, c *testbed.Container) *testbed.Terminal {
	t.Helper()
	s := start(t, bed, "exec", "-it", c.ID, "sh")
	s.Expect(t, "/ # ")
	return s
}
