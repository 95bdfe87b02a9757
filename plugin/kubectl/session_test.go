package kubectl

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// gate is a way on which nothing passes while it is locked.
type gate struct {
	sync.Mutex
	io.Writer
}

func (g *gate) Write(p []byte) (int, error) {
	g.Lock()
	defer g.Unlock()
	return g.Writer.Write(p)
}

// gatedLink returns a link to the node, and the gate that is its way there. The
// link's streams are those of an attachment: pipes to what copies.
func (c *caller) gatedLink(t *testing.T, silence time.Duration) (*link, *gate) {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	go func() {
		_ = tunnel.Serve(toServer, fromServer, silence, func(conn net.Conn) { _ = session.Serve(conn, c.node) })
	}()
	theirIn, out := io.Pipe()
	g := &gate{Writer: fromClient}
	go func() { _, _ = io.Copy(g, theirIn) }()
	t.Cleanup(func() { fromClient.Close() })
	return &link{in: toClient, out: out, stderr: &tail{}, close: func() {
		out.Close()
		toClient.Close()
	}}, g
}

// TestGivenUpByTheNode: a call that the node took for one that is gone, since
// nothing was heard of it, ends when it is back, and says so.
func TestGivenUpByTheNode(t *testing.T) {
	c := newCaller(t, podOf("w1", "n1"))
	c.app.open = func(ctx context.Context, _ *cluster, _ place) (*nodeSession, error) {
		l, g := c.gatedLink(t, 400*time.Millisecond)
		s, err := c.hello(ctx, l, 50*time.Millisecond)
		g.Lock()
		time.AfterFunc(time.Second, g.Unlock)
		return s, err
	}
	c.expectFailure(t, 125, "nothing was heard of the client for 400ms", "without --keep", "exec", "w1", "--", "name")
}
