package kubectl

import (
	"strings"
	"testing"
)

// TestFlood: what is kept until all have ended has a bound.
func TestFlood(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"))
	c.expectFailure(t, 125, "exit codes of 1 pods: 125 in 1 (web-1)", "leave --fold and -o json out", "exec", "--all", "--fold", "--", "flood")
	if !strings.Contains(c.err.String(), "  web-1: the command wrote more than 64 MiB\n") || c.out.Len() > 0 {
		t.Errorf("%q, %d bytes of output", c.err.String(), c.out.Len())
	}
}
