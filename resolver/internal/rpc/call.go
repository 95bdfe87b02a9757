package rpc

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Call is a question that was asked.
type Call struct {
	conn   *Conn
	id     uint32
	stream bool          // each message of the answer is waited for
	wake   chan struct{} // holds a word when there is something new
	limit  int           // of one message, in bytes

	// Guarded by conn.mu:
	window int64  // how much may be sent
	data   []byte // what was received and not taken
	taken  uint32 // since credit was given for it
	ended  bool
	err    error // with which it ended, or nil
}

// Question is what is asked.
type Question struct {
	Method  string // such as "/containerd.services.tasks.v1.Tasks/Get"
	Header  [][2]string
	Request []byte // a message of protocol buffers
	Stream  bool   // the answer may be several messages
	Limit   int    // of one message of the answer, in bytes
}

// headerLen returns about how long the header will be, in bytes.
func (q *Question) headerLen() int {
	length := len(q.Method)
	for _, field := range q.Header {
		length += len(field[0]) + len(field[1])
	}
	return length
}

// Start asks a question. It is written when its answer is waited for, or that
// of a later one: End must be called in any case. The other side is told the
// deadline of ctx. The error wraps ErrLost or is ctx's.
func (c *Conn) Start(ctx context.Context, q Question) (*Call, error) {
	if q.headerLen() > maxFrame/2 {
		return nil, errors.New("the question's header is too long")
	}
	call := &Call{conn: c, stream: q.Stream, limit: q.Limit, wake: make(chan struct{}, 1)}
	body := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(q.Request))) // not compressed
	body = append(body, q.Request...)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.await(ctx, func() bool { return len(c.calls) < int(c.maxCalls) }); err != nil {
		return nil, err
	}
	c.last += 1 + c.last%2 // those of clients are odd
	call.id, call.window = c.last, c.streamWin
	c.calls[call.id] = call
	c.appendHeaders(ctx, call.id, q)
	for first := true; first || len(body) > 0; first = false {
		if err := c.await(ctx, func() bool { return call.ended || min(c.window, call.window) > 0 }); err != nil {
			call.cancel()
			return nil, err
		}
		if call.ended { // with an answer that needs no more of the question
			break
		}
		n := min(len(body), maxFrame, int(c.window), int(call.window))
		flags := byte(0)
		if n == len(body) {
			flags = flagEndStream
		}
		c.out = append(appendFrame(c.out, n, frameData, flags, call.id), body[:n]...)
		c.window, call.window, body = c.window-int64(n), call.window-int64(n), body[n:]
	}
	return call, nil
}

// await waits until something may be sent. It is called, and returns, with mu
// held.
func (c *Conn) await(ctx context.Context, may func() bool) error {
	for {
		switch {
		case c.err != nil:
			return c.err
		case c.leaving:
			return &lostError{errLeaving}
		case may():
			return nil
		}
		changed := c.changed
		c.mu.Unlock()
		err := c.Flush(ctx)
		if err == nil {
			err = c.hear(ctx, changed)
		}
		c.mu.Lock()
		if err != nil {
			return err
		}
	}
}

// Next returns the next message of the answer, which belongs to the caller. The
// error is io.EOF after the last one, a *Status, ctx's, or wraps ErrLost.
func (call *Call) Next(ctx context.Context) ([]byte, error) {
	c := call.conn
	if err := c.Flush(ctx); err != nil && !errors.Is(err, ErrLost) {
		return nil, err // when it was lost, the answer may have been there before
	}
	for {
		c.mu.Lock()
		message, ok, err := call.next()
		c.mu.Unlock()
		if ok || err != nil {
			return message, err
		}
		if err := c.hear(ctx, call.wake); err != nil {
			return nil, err
		}
	}
}

// next takes a message off what was received. mu is held.
func (call *Call) next() (message []byte, ok bool, err error) {
	const prefix = 5 // whether it is compressed, and its length
	if len(call.data) >= prefix {
		length := int(binary.BigEndian.Uint32(call.data[1:]))
		switch {
		case call.data[0] != 0:
			return nil, false, &Status{Code: Unimplemented, message: "the answer is compressed, which was not asked for"}
		case length > call.limit:
			return nil, false, fmt.Errorf("the answer is %d bytes long, more than the %d that are taken", length, call.limit)
		case len(call.data) >= prefix+length:
			message, call.data = call.data[prefix:prefix+length:prefix+length], call.data[prefix+length:]
			call.credit(uint32(prefix + length))
			return message, true, nil
		}
	}
	switch {
	case !call.ended:
		return nil, false, nil
	case call.err != nil:
		return nil, false, call.err
	case len(call.data) > 0:
		return nil, false, &Status{Code: Unknown, message: "the answer ends within a message"}
	}
	return nil, false, io.EOF
}

// credit lets the other side send on, once enough was taken.
func (call *Call) credit(taken uint32) {
	call.taken += taken
	if call.taken > streamWindow/4 && !call.ended {
		call.conn.out = appendWindowUpdate(call.conn.out, call.id, call.taken)
		call.taken = 0
		call.conn.ackSoon()
	}
}

// Answer returns the one message of an answer, and ends the call.
func (call *Call) Answer(ctx context.Context) ([]byte, error) {
	defer call.End()
	message, err := call.Next(ctx)
	if errors.Is(err, io.EOF) {
		return nil, &Status{Code: Unknown, message: "the answer is empty"}
	}
	return message, err
}

// End ends a call, whether it has been answered or not.
func (call *Call) End() {
	call.conn.mu.Lock()
	defer call.conn.mu.Unlock()
	call.cancel()
}

// cancel tells the other side that its answer is not wanted any more. mu is held.
func (call *Call) cancel() {
	c := call.conn
	if c.calls[call.id] != call {
		return
	}
	delete(c.calls, call.id)
	call.end(errClosed)
	c.out = binary.BigEndian.AppendUint32(appendFrame(c.out, 4, frameReset, 0, call.id), codeCancel)
	c.ackSoon()
	c.more()
}

// end notes how the call ended, and wakes who waits. mu is held.
func (call *Call) end(err error) {
	call.ended, call.err = true, err
	call.signal()
}

func (call *Call) signal() {
	select {
	case call.wake <- struct{}{}:
	default:
	}
}
