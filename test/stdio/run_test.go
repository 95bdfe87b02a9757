package stdio

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// each runs a test in a container of each flavour.
func each(t *testing.T, test func(*testing.T, *testbed.Bed, *testbed.Container)) {
	t.Helper()
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		test(t, bed, bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "86400"}}))
	})
}
