package rpc

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/net/http2/hpack"
)

// ErrLost says that there is no connection any more. What it wraps is why.
var ErrLost = errors.New("the connection was lost")

var (
	errMalformed = errors.New("a malformed frame")
	errClosed    = errors.New("it was closed here")
	errLeaving   = errors.New("the other side takes no more questions")
	errNotFirst  = errors.New("it did not begin with its settings")
)

// Stream is a connection that somebody has made: a net.Conn, or an os.File that can
// be waited for.
type Stream interface {
	io.ReadWriteCloser
	SetReadDeadline(time.Time) error
	SetWriteDeadline(time.Time) error
}

// Conn is a client's end of a connection. It is safe for concurrent use. What
// the other side says is taken while somebody waits for an answer, and not by a
// goroutine of its own: see hear.
type Conn struct {
	conn    Stream
	ready   chan struct{} // closed when the other side has sent its settings
	lost    chan struct{} // closed when the connection is of no use any more
	writing chan struct{} // holds a word while somebody writes
	reading chan struct{} // holds a word while somebody reads, who may use ears
	ears    *ears

	mu        sync.Mutex // guards what follows
	out       []byte     // frames that are not written yet
	encoder   *hpack.Encoder
	calls     map[uint32]*Call // those that have not ended, by stream
	last      uint32           // the stream of the last call
	window    int64            // how much may be sent
	streamWin int64            // … on a new stream at first
	maxCalls  uint32
	changed   chan struct{} // closed, and made anew, when more may be sent
	received  int           // of data, in bytes, that credit was not given for
	acking    *time.Timer   // until what only confirms is written; nil: there is none
	leaving   bool          // the other side takes no new calls
	err       error         // why the connection was lost, once it is
}

const (
	// streamWindow is how much an answer may be ahead of who takes it, in bytes:
	// more than the longest message.
	streamWindow = 32 << 20
	// ackAfter is how long the other side waits for what only confirms. Most
	// often the next question takes it along, or there is none.
	ackAfter = 10 * time.Millisecond
	// ackWithin bounds the wait for the other side to read it.
	ackWithin = 5 * time.Second
)

// New begins to speak over a connection, which belongs to it then. Nothing is
// written before Handshake, or before the answer to a call is waited for.
func New(conn Stream) *Conn {
	c := &Conn{
		conn: conn, ready: make(chan struct{}), lost: make(chan struct{}), changed: make(chan struct{}),
		writing: make(chan struct{}, 1), reading: make(chan struct{}, 1), ears: newEars(conn), calls: map[uint32]*Call{}, window: firstWindow, streamWin: firstWindow, maxCalls: largestFlow,
	}
	c.encoder = hpack.NewEncoder((*headerSink)(c))
	c.encoder.SetMaxDynamicTableSize(0) // a table does not pay for a few questions
	c.out = append(c.out, preface...)
	c.out = appendFrame(c.out, 3*6, frameSettings, 0, 0)
	c.out = appendSetting(c.out, settingTableSize, 0) // the other side's table would keep usual from being usual
	c.out = appendSetting(c.out, settingPush, 0)
	c.out = appendSetting(c.out, settingInitialWindow, streamWindow)
	c.out = appendWindowUpdate(c.out, 0, largestFlow-firstWindow)
	return c
}

// Ready is closed when the other side has answered as one that speaks HTTP/2.
func (c *Conn) Ready() <-chan struct{} { return c.ready }

// Lost is closed when the connection is lost, as far as somebody who waited has
// noticed.
func (c *Conn) Lost() <-chan struct{} { return c.lost }

// Handshake waits until the other side is Ready. The error wraps ErrLost or is
// ctx's.
func (c *Conn) Handshake(ctx context.Context) error {
	if err := c.Flush(ctx); err != nil {
		return err
	}
	if err := c.hear(ctx, c.ready); err != nil {
		return err
	}
	select {
	case <-c.ready:
		return nil
	default:
		return c.reason()
	}
}

// Close ends the connection and all calls.
func (c *Conn) Close() error {
	c.fail(errClosed)
	return nil
}

// fail ends the connection for a reason, and all calls.
func (c *Conn) fail(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = &lostError{reason}
	if c.acking != nil {
		c.acking.Stop()
	}
	for id, call := range c.calls {
		delete(c.calls, id)
		call.end(c.err)
	}
	close(c.lost)
	c.conn.Close()
}

// reason returns why the connection was lost, or nil.
func (c *Conn) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

type lostError struct{ reason error }

func (e *lostError) Error() string { return ErrLost.Error() + ": " + e.reason.Error() }

func (e *lostError) Unwrap() []error { return []error{ErrLost, e.reason} }

// Flush writes what is to be written. The error wraps ErrLost or is ctx's. Who
// waits longer for the other side to read it than ctx allows has lost the
// connection: half a frame may be gone.
func (c *Conn) Flush(ctx context.Context) error {
	select {
	case c.writing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.writing }()
	c.mu.Lock()
	out, err := c.out, c.err
	c.out = nil
	c.mu.Unlock()
	if err != nil || len(out) == 0 {
		return err
	}
	deadline, _ := ctx.Deadline() // none is the zero time, which is none
	err = c.conn.SetWriteDeadline(deadline)
	if err == nil {
		_, err = c.conn.Write(out)
	}
	if err == nil {
		return nil
	}
	c.fail(err)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return c.reason()
}
