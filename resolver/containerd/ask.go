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

// askStream asks a question whose answer is several messages, and hands each to
// read. The error is as that of Answer.Wait.
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
