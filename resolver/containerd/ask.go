package containerd

import (
	"context"
	"errors"
)

// namespaceHeader names the containerd namespace of a call
// (containerd: pkg/namespaces/grpc.go).
const namespaceHeader = "containerd-namespace"

// maxMessage bounds one answer, in bytes. It is what containerd itself sends at most.
const maxMessage = 16 << 20

// question is one that can be asked.
type question struct {
	what      string // is asked for, in words that follow "ask containerd for"
	method    string // such as "/containerd.services.tasks.v1.Tasks/Get"
	namespace string // or "" for a service that knows none
	request   []byte // a message of protocol buffers
}

// ask asks a question, within the client's deadline, and hands its answer to
// read. The error wraps ErrNotFound, is a *ConnectError, or wraps ctx's own
// error.
func (c *Client) ask(ctx context.Context, q question, read func(message []byte) error) error {
	pending := c.start(ctx, q, false)
	defer pending.end()
	message, err := pending.next()
	if err == nil {
		err = read(message)
	}
	return pending.explain(err)
}

// askStream asks a question whose answer is several messages.
func (c *Client) askStream(ctx context.Context, q question, read func(message []byte) error) error {
	pending := c.start(ctx, q, true)
	defer pending.end()
	for {
		message, err := pending.next()
		if errors.Is(err, errEnd) {
			return nil
		}
		if err == nil {
			err = read(message)
		}
		if err != nil {
			return pending.explain(err)
		}
	}
}
