package tunnel_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
	"github.com/sidestep-dev/sidestep/test/gate"
)

// givenUp waits until a client learns that its connection is over, and why.
func givenUp(t *testing.T, conn net.Conn, reason string) {
	t.Helper()
	got := make(chan error, 1)
	go func() {
		_, err := conn.Read(make([]byte, 10))
		got <- err
	}()
	select {
	case err := <-got:
		var up *tunnel.GivenUpError
		if !errors.As(err, &up) || !strings.HasPrefix(up.Reason, reason) {
			t.Errorf("the client learns: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the client does not learn that its connection is over")
	}
	if _, err := conn.Write([]byte("more")); err == nil {
		t.Error("the client may write on")
	}
}

// TestSilentThenBack: a client that was silent for too long, and is there again,
// does not wait for ever.
func TestSilentThenBack(t *testing.T) {
	l := echo(t, 400*time.Millisecond)
	g := &gate.Gate{To: l.stdin}
	conn, err := tunnel.Dial(t.Context(), l.attach(), g, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	says(t, conn, "hello")
	g.Lock()
	l.end(t, tunnel.ErrSilent)
	g.Unlock()
	givenUp(t, conn, "nothing was heard of the client for 400ms")
	g.Lock() // one client at a time: a last ping of this one may be on its way
	defer g.Unlock()
	next := dial(t, l, 50*time.Millisecond)
	says(t, next, "the next")
	next.Close()
}

// TestCorruptThenBack: what somebody else writes to the stream ends the
// connection, and the client learns it.
func TestCorruptThenBack(t *testing.T) {
	l := echo(t, 0)
	conn := dial(t, l, 5*time.Millisecond) // what was written begins a record of 2,560 bytes
	says(t, conn, "hello")
	if _, err := l.stdin.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-l.ended:
		if !strings.HasPrefix(err.Error(), "a record is corrupt") {
			t.Errorf("the connection ended with %v", err)
		}
	case <-time.After(deadline):
		t.Fatal("the connection has not ended after what somebody else wrote")
	}
	givenUp(t, conn, "a record is corrupt")
}
