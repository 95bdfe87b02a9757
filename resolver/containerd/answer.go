package containerd

import (
	"context"
	"sync/atomic"
)

// Answer is the answer to a question that was asked and not waited for. Questions
// that are asked one after the other leave together, with Send or the first that
// is waited for. Each answer is waited for or dropped.
type Answer[T any] struct {
	pending *pending
	read    func(message []byte) (T, error)
	taken   atomic.Bool
}

// Send sends what was asked, which else leaves with the first question that is
// waited for. That meets the error again.
func (c *Client) Send(ctx context.Context) { _ = c.conn.Flush(ctx) }

// askFor asks a question. How long to wait for the connection and for the answer
// is the client's; ctx is only for the question.
func askFor[T any](ctx context.Context, c *Client, q question, read func([]byte) (T, error)) *Answer[T] {
	// Who asks may be done before who waits begins.
	return &Answer[T]{pending: c.start(context.WithoutCancel(ctx), q, false), read: read}
}

// Take reports whether nobody has taken the answer before: it is told once.
func (a *Answer[T]) Take() bool { return a != nil && !a.taken.Swap(true) }

// Drop says that the answer will not be waited for.
func (a *Answer[T]) Drop() { a.pending.end() }

// Wait waits for the answer, until the deadline that it had when it was asked
// for. It is called once. The error wraps ErrNotFound, is a *ConnectError, or
// wraps ctx's own error.
func (a *Answer[T]) Wait(ctx context.Context) (T, error) {
	defer a.pending.end()
	defer a.pending.under(ctx)()
	message, err := a.pending.next()
	var answer T
	if err == nil {
		answer, err = a.read(message)
	}
	return answer, a.pending.explain(err)
}
