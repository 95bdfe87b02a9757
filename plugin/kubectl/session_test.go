package kubectl

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
	"github.com/sidestep-dev/sidestep/test/gate"
)

// gatedLink returns a link to what handles connections, and the gate that is its
// way there. The link's streams are those of an attachment: pipes to what copies.
func gatedLink(t *testing.T, silence time.Duration, handle func(net.Conn)) (*link, *gate.Gate) {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	go func() { _ = tunnel.Serve(toServer, fromServer, silence, handle) }()
	theirIn, out := io.Pipe()
	g := &gate.Gate{To: fromClient}
	go func() { _, _ = io.Copy(g, theirIn) }()
	t.Cleanup(func() { fromClient.Close() })
	return &link{in: toClient, out: out, stderr: &tail{}, close: func() {
		out.Close()
		toClient.Close()
	}}, g
}

// serve is the node's end of a session.
func (c *caller) serve(conn net.Conn) { _ = session.Serve(conn, c.node) }

// within checks that something returns, soon.
func within(t *testing.T, limit time.Duration, what string, do func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		do()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Errorf("%s has not returned after %s", what, limit)
	}
}

// TestCloseStuck: a session can be closed when the network takes no bytes any
// more.
func TestCloseStuck(t *testing.T) {
	c := newCaller(t)
	l, g := gatedLink(t, 0, c.serve)
	s, err := c.hello(t.Context(), l, 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	g.Lock()
	defer g.Unlock()
	time.Sleep(100 * time.Millisecond) // a ping waits, and what is said next
	within(t, 5*time.Second, "the closing", s.close)
}

// TestHelloStuck: the same after the network took the first bytes.
func TestHelloStuck(t *testing.T) {
	c := newCaller(t)
	stuck := make(chan bool)
	var g *gate.Gate
	l, g := gatedLink(t, 0, func(net.Conn) {
		g.Lock()
		close(stuck)
	})
	within(t, 5*time.Second, "the hello", func() {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, &noHelloError{time.Second})
		defer cancel()
		_, err := c.hello(ctx, l, 0)
		var silent *noHelloError
		if !errors.As(err, &silent) {
			t.Errorf("the hello: %v", err)
		}
	})
	<-stuck
	g.Unlock()
}

// TestGivenUpByTheNode: a call that the node took for one that is gone, since
// nothing was heard of it, ends when it is back, and says so.
func TestGivenUpByTheNode(t *testing.T) {
	c := newCaller(t, podOf("w1", "n1"))
	c.app.open = func(ctx context.Context, _ *cluster, _ place) (*nodeSession, error) {
		l, g := gatedLink(t, 400*time.Millisecond, c.serve)
		s, err := c.hello(ctx, l, 50*time.Millisecond)
		g.Lock()
		time.AfterFunc(time.Second, g.Unlock)
		return s, err
	}
	c.expectFailure(t, 125, "nothing was heard of the client for 400ms", "without --keep", "exec", "w1", "--", "name")
}
