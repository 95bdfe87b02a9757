package stdio

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestExitCodes(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		testbed.WriteFile(t, c.Path("not-executable"), "#!/bin/sh\n", 0o644)
		testbed.WriteFile(t, c.Path("not-a-program"), "\x00\x01\x02", 0o755)
		testbed.WriteFile(t, c.Path("no-interpreter"), "#!/no/such/shell\n", 0o755)
		for _, test := range []struct {
			command []string
			code    int
		}{
			{[]string{"true"}, 0},
			{[]string{"false"}, 1},
			{[]string{"sh", "-c", "exit 42"}, 42},
			{[]string{"sh", "-c", "exit 125"}, 125},
			{[]string{"sh", "-c", "exit 255"}, 255},
			{[]string{"sh", "-c", "kill -KILL $$"}, 137},
			{[]string{"sh", "-c", "kill -TERM $$"}, 143},
			{[]string{"sh", "-c", "kill -SEGV $$"}, 139},
		} {
			r := bed.Sidestep(t, append([]string{"exec", c.ID}, test.command...)...)
			testbed.Equal(t, test.command[len(test.command)-1], r, testbed.Result{Code: test.code})
		}
		for command, code := range map[string]int{
			"/not-executable": 126, "/not-a-program": 126, "/etc": 126, "/no-interpreter": 126,
			"/no/such/file": 127, "no-such-command": 127, "": 127,
		} {
			r := bed.Sidestep(t, "exec", c.ID, command)
			testbed.ExpectFailure(t, r, code, command, "")
		}
		testbed.Equal(t, "with a terminal", bed.Sidestep(t, "exec", "-t", c.ID, "sh", "-c", "exit 42").Code, 42)
		testbed.Equal(t, "killed with a terminal", bed.Sidestep(t, "exec", "-t", c.ID, "sh", "-c", "kill -KILL $$").Code, 137)
		testbed.Equal(t, "not found with a terminal", bed.Sidestep(t, "exec", "-t", c.ID, "no-such-command").Code, 127)
	})
}
