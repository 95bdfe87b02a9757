package terminal

import (
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// expectTimeout bounds how long a terminal may take to show something.
const expectTimeout = 10 * time.Second

// start starts sidestep on a terminal.
func start(t *testing.T, bed *testbed.Bed, args ...string) *testbed.Terminal {
	t.Helper()
	return testbed.StartTerminal(t, bed.Command(args...), expectTimeout)
}
