package errors

import (
	"os"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// marker is the file that a command makes that must not be started.
const marker = "/tmp/started"

// fixture is a container in which nothing must be started.
type fixture struct {
	bed *testbed.Bed
	c   *testbed.Container
}

// each runs a test with a container of each flavour.
func each(t *testing.T, test func(*testing.T, fixture)) {
	t.Helper()
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		test(t, fixture{bed: bed, c: bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "86400"}})})
	})
}

// fail checks that sidestep fails by itself, and that no command was started.
func (f fixture) fail(t *testing.T, errorText, hintText string, args ...string) {
	t.Helper()
	t.Run(name(args), func(t *testing.T) {
		f.failed(t, f.bed.Sidestep(t, args...), errorText, hintText)
	})
}

// failed checks a result as fail does.
func (f fixture) failed(t *testing.T, r testbed.Result, errorText, hintText string) {
	t.Helper()
	testbed.ExpectFailure(t, r, 125, errorText, hintText)
	if _, err := os.Stat(f.c.Path(marker)); err == nil {
		t.Error("the command was started")
		_ = os.Remove(f.c.Path(marker))
	}
}

// exec returns the arguments of an exec that would leave the marker.
func (f fixture) exec(flags ...string) []string {
	return append(append([]string{"exec"}, flags...), f.c.ID, "touch", marker)
}

func name(args []string) string {
	if len(args) > 3 {
		args = args[:3]
	}
	text := ""
	for _, arg := range args {
		text += arg + " "
	}
	return text
}
