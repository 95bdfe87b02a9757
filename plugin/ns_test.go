package plugin

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/leaderless"
)

// TestNamespacesWithoutMainThread: a process that lives is not said to be gone.
func TestNamespacesWithoutMainThread(t *testing.T) {
	pid := leaderless.Start(t).Pid
	_, stderr, code := run(t, "ns", fmt.Sprintf("pid:%d", pid))
	if code != 125 || !strings.Contains(stderr, "its main thread has ended") || !strings.Contains(stderr, fmt.Sprintf("kill -KILL %d", pid)) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}
