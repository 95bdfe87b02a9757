package plugin

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestListsSayWhatTheyLack: whatever the form of a list, a line on stderr says
// what is not known of it.
func TestListsSayWhatTheyLack(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.AddID("default", "web")
	server.Hang("/containerd.services.tasks.v1.Tasks/Get")
	for _, line := range []string{"ps", "ps -q", "ps -o json", "task ls", "task ls -q"} {
		args := append([]string{"-a", server.Address, "--source", "containerd", "--timeout", "200ms"}, strings.Fields(line)...)
		stdout, stderr, code := run(t, args...)
		if code != 0 || !strings.Contains(stdout, "web") || !strings.Contains(stderr, "sidestep: unknown state of web: ") {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", line, code, stdout, stderr)
		}
	}
}
