package containerd

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// namespaceHeader names the containerd namespace of a call
// (containerd: pkg/namespaces/grpc.go).
const namespaceHeader = "containerd-namespace"

// ask makes one call within the client's deadline. question says what is
// asked for, in words that follow "ask containerd for". The error wraps
// ErrNotFound, is a *ConnectError, or wraps ctx's own error.
func (c *Client) ask(ctx context.Context, namespace, question string, call func(context.Context) error) error {
	asking, cancel := within(ctx, c.deadlines.Call)
	defer cancel()
	if namespace != "" {
		asking = metadata.AppendToOutgoingContext(asking, namespaceHeader, namespace)
	}
	err := call(asking)
	if err == nil {
		return nil
	}
	code := status.Code(err)
	switch {
	case ctx.Err() != nil || code == codes.DeadlineExceeded && expires(ctx):
		return fmt.Errorf("ask containerd at %s for %s: %w", c.address, question, context.Cause(ended(ctx)))
	case asking.Err() != nil || code == codes.DeadlineExceeded && expires(asking):
		return &ConnectError{Address: c.address, Kind: NoAnswer, After: c.deadlines.Call, Question: question}
	case code == codes.NotFound:
		return fmt.Errorf("ask containerd at %s for %s: %w", c.address, question, ErrNotFound)
	case code == codes.Unimplemented:
		return &ConnectError{Address: c.address, Kind: NotContainerd, Err: fmt.Errorf("it cannot be asked for %s", question)}
	case code == codes.Unavailable && c.isLost(ctx):
		return c.peer.lost(question)
	}
	return fmt.Errorf("ask containerd at %s for %s: %s", c.address, question, status.Convert(err).Message())
}

// settling is how long the connection may take to notice that it was closed,
// after a call on it has noticed.
const settling = 50 * time.Millisecond

// isLost reports whether the connection was lost. A daemon may say of a shim,
// over a connection that is well, that it is unavailable.
func (c *Client) isLost(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, settling)
	defer cancel()
	return c.conn.GetState() != connectivity.Ready || c.conn.WaitForStateChange(ctx, connectivity.Ready)
}

// slack is how much earlier than our own timer a deadline can be reported:
// the daemon gets the deadline with the call and keeps it too.
const slack = 20 * time.Millisecond

// expires reports whether ctx's deadline is now.
func expires(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < slack
}

// ended waits out the slack of a ctx that expires, so that it has an error.
func ended(ctx context.Context) context.Context {
	<-ctx.Done()
	return ctx
}
