package kubectl

import (
	"context"
	"testing"

	"github.com/creack/pty"

	"github.com/sidestep-dev/sidestep/plugin/session"
)

// TestSize: the command's terminal has the size that the caller's has when the
// command starts, not when the helper was asked for.
func TestSize(t *testing.T) {
	c := newCaller(t, podOf("w1", "n1"))
	keys := c.keyboard(t)
	resize := func(rows, cols uint16) {
		t.Helper()
		if err := pty.Setsize(keys, &pty.Winsize{Rows: rows, Cols: cols}); err != nil {
			t.Fatal(err)
		}
	}
	resize(24, 80)
	open := c.app.open
	c.app.open = func(ctx context.Context, cl *cluster, p place) (*nodeSession, error) {
		resize(50, 200)
		return open(ctx, cl, p)
	}
	code := c.run(t, "exec", "-it", "w1", "--", "name")
	if code != 0 || c.node.starts[0].Size != (session.Size{Rows: 50, Cols: 200}) {
		t.Errorf("exit code %d, %q, size %v", code, c.err.String(), c.node.starts[0].Size)
	}
}
