package containerd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/rpc"
)

// errEnd says that an answer has no more messages.
var errEnd = io.EOF

// pending is a question that was asked.
type pending struct {
	client   *Client
	question question
	ctx      context.Context // the caller's
	asking   context.Context // with the client's deadline
	cancel   context.CancelFunc
	call     *rpc.Call
	err      error // why it could not be asked
}

// start asks a question. It is sent with the next one that is waited for.
func (c *Client) start(ctx context.Context, q question, stream bool) *pending {
	p := &pending{client: c, question: q, ctx: ctx}
	p.asking, p.cancel = within(ctx, c.deadlines.Call)
	ask := rpc.Question{Method: q.method, Request: q.request, Stream: stream, Limit: maxMessage}
	if q.namespace != "" {
		ask.Header = [][2]string{{namespaceHeader, q.namespace}}
	}
	p.call, p.err = c.conn.Start(p.asking, ask)
	return p
}

// under lets ctx end the wait too. What it returns is called after the wait.
func (p *pending) under(ctx context.Context) context.CancelFunc {
	deadline, ok := p.asking.Deadline()
	p.ctx, p.asking = ctx, ctx
	if !ok {
		return func() {}
	}
	asking, cancel := context.WithDeadline(ctx, deadline)
	p.asking = asking
	return cancel
}

// next waits for a message of the answer.
func (p *pending) next() ([]byte, error) {
	if p.err != nil {
		return nil, p.err
	}
	if err := p.client.answered(p.ctx); err != nil {
		return nil, err
	}
	return p.call.Next(p.asking)
}

// end is called in any case.
func (p *pending) end() {
	if p.call != nil {
		p.call.End()
	}
	p.cancel()
}

// explain gives an error its meaning.
func (p *pending) explain(err error) error {
	c, what := p.client, p.question.what
	var connect *ConnectError
	var status *rpc.Status
	switch errors.As(err, &status); {
	case err == nil, errors.As(err, &connect):
		return err
	case p.ctx.Err() != nil || isDeadline(status) && expires(p.ctx):
		return fmt.Errorf("ask containerd at %s for %s: %w", c.address, what, context.Cause(ended(p.ctx)))
	case p.asking.Err() != nil || isDeadline(status) && expires(p.asking):
		ended(p.asking)
		return &ConnectError{Address: c.address, Kind: NoAnswer, After: c.deadlines.Call, Question: what}
	case errors.Is(err, rpc.ErrLost):
		return &ConnectError{Address: c.address, Kind: NoAnswer, Question: what, Err: err}
	case status == nil:
		return fmt.Errorf("ask containerd at %s for %s: %w", c.address, what, err)
	case status.Code == rpc.NotFound:
		return fmt.Errorf("ask containerd at %s for %s: %w", c.address, what, ErrNotFound)
	case status.Code == rpc.Unimplemented:
		return &ConnectError{Address: c.address, Kind: NotContainerd, Err: fmt.Errorf("it cannot be asked for %s", what)}
	}
	return fmt.Errorf("ask containerd at %s for %s: %s", c.address, what, status.Message())
}

// isDeadline reports whether a status can mean that the deadline has passed
// which the daemon was told: it then breaks the answer off.
func isDeadline(status *rpc.Status) bool {
	return status != nil && (status.Code == rpc.DeadlineExceeded || status.Code == rpc.Canceled)
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
