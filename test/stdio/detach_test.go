package stdio

import (
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDetach: -d returns when the command has started, and leaves it running
// without any of the caller's files.
func TestDetach(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		start := time.Now()
		r := bed.Sidestep(t, "exec", "-d", c.ID, "sh", "-c", "ls -l /proc/self/fd > /tmp/fds; echo noise; sleep 4712")
		testbed.Equal(t, "result", r, testbed.Result{})
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("took %v", took)
		}
		testbed.Eventually(t, 10*time.Second, "the detached command runs", func() bool {
			return strings.Contains(bed.Output(t, "exec", c.ID, "ps"), "sleep 4712")
		})
		if fds := bed.Output(t, "exec", c.ID, "cat", "/tmp/fds"); strings.Contains(fds, "pipe:") {
			t.Errorf("descriptors of the detached command:\n%s", fds)
		}
		bed.Output(t, "exec", c.ID, "killall", "sleep")

		r = bed.Sidestep(t, "exec", "-d", c.ID, "no-such-command")
		testbed.ExpectFailure(t, r, 127, "no-such-command", "")
		r = bed.Sidestep(t, "exec", "-d", "-t", c.ID, "sh", "-c", "test -t 0 && touch /tmp/had-a-terminal")
		if r.Code == 0 {
			testbed.Eventually(t, 10*time.Second, "the detached command has a terminal", func() bool {
				return bed.Sidestep(t, "exec", c.ID, "test", "-e", "/tmp/had-a-terminal").Code == 0
			})
		}
	})
}
