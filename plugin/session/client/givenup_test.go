package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
	"github.com/sidestep-dev/sidestep/test/gate"
)

// TestGivenUp: the calls of a client that was silent for too long end, and say
// why.
func TestGivenUp(t *testing.T) {
	running, gone := make(chan bool, 1), make(chan bool, 1)
	node := &fakeNode{commands: commands{"hang": func(ctx context.Context, _ session.Start, _ session.Client) (int, *session.Failure) {
		running <- true
		<-ctx.Done()
		gone <- true
		return 129, nil
	}}}
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	go func() {
		_ = tunnel.Serve(toServer, fromServer, 400*time.Millisecond, func(conn net.Conn) { _ = session.Serve(conn, node) })
	}()
	defer fromClient.Close()
	g := &gate.Gate{To: fromClient}
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	conn, err := tunnel.Dial(ctx, toClient, g, 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	n, err := client.New(ctx, conn, "v8", "")
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	ended := make(chan error, 1)
	go func() {
		_, _, _, err := exec(t, n, client.Streams{}, command("hang"))
		ended <- err
	}()
	<-running
	g.Lock()
	<-gone
	g.Unlock()
	select {
	case err := <-ended:
		var up *tunnel.GivenUpError
		if !errors.As(err, &up) || !strings.Contains(err.Error(), "nothing was heard of the client for 400ms") {
			t.Errorf("the call ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the call does not end")
	}
}
