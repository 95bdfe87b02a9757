package containerd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/rpc"
)

// Deadlines bounds the waits for a daemon. Zero means none.
type Deadlines struct {
	Connect time.Duration // until the daemon has answered to the connection
	Call    time.Duration // for the answer to one question
}

// Client is a connection to one containerd. It is safe for concurrent use.
type Client struct {
	address   string
	deadlines Deadlines
	opened    time.Time
	conn      *rpc.Conn
	peer      *peer
}

// Dial connects to the containerd that listens on the unix socket address,
// with or without "unix://" before it, and waits until it has answered as a
// gRPC server does. The error is a *ConnectError unless ctx ended.
func Dial(ctx context.Context, address string, deadlines Deadlines) (*Client, error) {
	c, err := Open(ctx, address, deadlines)
	if err != nil {
		return nil, err
	}
	if err := c.answered(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Open connects as Dial does, and does not wait: the first question is asked
// together with the connection, and its error is what Dial's would have been.
func Open(ctx context.Context, address string, deadlines Deadlines) (*Client, error) {
	p := &peer{address: strings.TrimPrefix(address, "unix://")}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("connect to containerd at %s: %w", p.address, ctx.Err())
	}
	conn, err := p.dial()
	if err != nil {
		return nil, p.verdict()
	}
	return &Client{address: p.address, deadlines: deadlines, opened: time.Now(), conn: rpc.New(conn), peer: p}, nil
}

// answered waits until the daemon has answered to the connection.
func (c *Client) answered(ctx context.Context) error {
	select {
	case <-c.conn.Ready():
		return nil
	default:
	}
	waiting, cancel := ctx, context.CancelFunc(func() {})
	if c.deadlines.Connect > 0 {
		waiting, cancel = context.WithDeadline(ctx, c.opened.Add(c.deadlines.Connect))
	}
	defer cancel()
	err := c.conn.Handshake(waiting)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("connect to containerd at %s: %w", c.address, ctx.Err())
	case waiting.Err() != nil:
		return &ConnectError{Address: c.address, Kind: NoAnswer, After: c.deadlines.Connect, Question: "the connection"}
	}
	return c.peer.verdict()
}

// Address returns the path of the daemon's socket.
func (c *Client) Address() string { return c.address }

// Lost reports whether the connection was lost. Another one has to be made then.
func (c *Client) Lost() bool {
	select {
	case <-c.conn.Lost():
		return true
	default:
		return false
	}
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// within gives ctx a deadline, unless d is zero.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}
