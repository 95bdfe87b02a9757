package plugin

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestNoList: where nobody answers no container was named.
func TestNoList(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	for _, line := range []string{"ps", "task ls -q"} {
		args := append([]string{"-a", server.Address, "--source", "containerd", "--timeout", "200ms"}, strings.Fields(line)...)
		_, stderr, code := run(t, args...)
		if code != 125 || !strings.Contains(stderr, "sidestep: hint: containerd hangs") || strings.Contains(stderr, "the container") {
			t.Errorf("%s: exit code %d, stderr %q", line, code, stderr)
		}
	}
}

// TestNamespaceThatIsNone: an empty list says why it is.
func TestNamespaceThatIsNone(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.AddID("default", "web")
	for _, line := range []string{"ps", "ps -q", "ps -o json", "task ls"} {
		args := append([]string{"-a", server.Address, "--source", "containerd", "-n", "k8s"}, strings.Fields(line)...)
		_, stderr, code := run(t, args...)
		if want := "sidestep: containerd has no namespace \"k8s\": it has default\n"; code != 0 || stderr != want {
			t.Errorf("%s: exit code %d, stderr %q", line, code, stderr)
		}
	}
}

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
