package rpc

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// ears take frames off a connection, one after the other.
type ears struct {
	reader  *bufio.Reader
	headers *headerReader
	begun   bool // the first frame was taken
}

func newEars(conn io.Reader) *ears {
	return &ears{reader: bufio.NewReaderSize(conn, frameHeader+maxFrame), headers: newHeaderReader()}
}

// full reports whether a whole frame was read already.
func (e *ears) full() bool {
	buffered := e.reader.Buffered()
	if buffered < frameHeader {
		return false
	}
	head, err := e.reader.Peek(frameHeader)
	return err == nil && buffered >= frameHeader+payloadLen(head)
}

// hear takes what the other side says until a word comes on the channel, or the
// connection is lost. Of several that wait one reads for all, and the next when
// that one has what it waited for: a goroutine that does nothing else would have
// to be woken first, and then wake them. The error is ctx's.
func (c *Conn) hear(ctx context.Context, word <-chan struct{}) error {
	select {
	case <-word:
		return nil
	case <-c.lost:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case c.reading <- struct{}{}:
	}
	defer func() { <-c.reading }()
	bounded := false
	for {
		select {
		case <-word:
			return nil
		case <-c.lost:
			return nil
		default:
		}
		if !bounded && !c.ears.full() {
			bounded = true
			defer context.AfterFunc(ctx, func() { _ = c.conn.SetReadDeadline(time.Unix(0, 0)) })()
			if err := c.bound(ctx); err != nil {
				return err
			}
		}
		if err := c.hearFrame(ctx); err != nil {
			return err
		}
	}
}

// bound lets a read end with ctx, whose error it returns when it has one.
func (c *Conn) bound(ctx context.Context) error {
	deadline, _ := ctx.Deadline() // none is the zero time, which is none
	if err := c.conn.SetReadDeadline(deadline); err != nil {
		c.fail(err)
	}
	return ctx.Err() // it may have ended before the deadline was set
}

// hearFrame takes one frame. The error is ctx's: what ends the connection ends
// all that wait for it in another way.
func (c *Conn) hearFrame(ctx context.Context) error {
	f, err := peekFrame(c.ears.reader)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
			<-ctx.Done() // its timer may be later than that of the connection
		}
		return c.bound(ctx) // nil: the deadline was meant for who read before
	case err == nil && !c.ears.begun && (f.kind != frameSettings || f.has(flagAck)):
		err = errNotFirst
	case err == nil:
		c.ears.begun = true
		err = c.take(&f, c.ears.headers)
	}
	if err != nil {
		c.fail(err)
		return nil
	}
	_, _ = c.ears.reader.Discard(frameHeader + len(f.payload)) // it is all there
	return nil
}
