package containerd

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/grpclog"
)

// init takes away what gRPC writes to standard error by itself: it would be
// read as the output of the command that runs in the container. gRPC has one
// logger for the process, which must be set before its first use.
func init() {
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}

// maxMessage bounds one answer, in bytes. It is what containerd itself sends at most.
const maxMessage = 16 << 20

// Deadlines bounds the waits for a daemon. Zero means none.
type Deadlines struct {
	Connect time.Duration // until the daemon has answered to the connection
	Call    time.Duration // for the answer to one question
}

// Client is a connection to one containerd. It is safe for concurrent use.
type Client struct {
	address   string
	deadlines Deadlines
	conn      *grpc.ClientConn
	peer      *peer
}

// Dial connects to the containerd that listens on the unix socket address,
// with or without "unix://" before it, and waits until it has answered as a
// gRPC server does. The error is a *ConnectError unless ctx ended.
func Dial(ctx context.Context, address string, deadlines Deadlines) (*Client, error) {
	address = strings.TrimPrefix(address, "unix://")
	p := &peer{address: address}
	conn, err := grpc.NewClient("passthrough:///containerd",
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return p.dial(ctx) }),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithAuthority("localhost"),
		grpc.WithNoProxy(),
		grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to containerd at %s: %w", address, err)
	}
	c := &Client{address: address, deadlines: deadlines, conn: conn, peer: p}
	if err := c.connect(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// connect waits until the connection is made, or has failed once: a daemon
// that refuses now is reported now.
func (c *Client) connect(ctx context.Context) error {
	waiting, cancel := within(ctx, c.deadlines.Connect)
	defer cancel()
	c.conn.Connect()
	for {
		state := c.conn.GetState()
		switch state {
		case connectivity.Ready:
			return nil
		case connectivity.TransientFailure:
			return c.peer.verdict()
		}
		if c.conn.WaitForStateChange(waiting, state) {
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("connect to containerd at %s: %w", c.address, ctx.Err())
		}
		return &ConnectError{Address: c.address, Kind: NoAnswer, After: c.deadlines.Connect, Question: "the connection"}
	}
}

// Address returns the path of the daemon's socket.
func (c *Client) Address() string { return c.address }

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// within gives ctx a deadline, unless d is zero.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}
