package tunnel

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// maxUnread is how many received bytes wait for a reader before the sender has
// to wait.
const maxUnread = 1 << 20

// Conn is one end of a connection. Deadlines are not supported: what bounds a
// connection is its end.
type Conn struct {
	send func(kind byte, data []byte) error

	mu     sync.Mutex
	change *sync.Cond // of unread and err
	unread []byte
	err    error // why nothing more is received
	done   chan struct{}
	left   chan struct{} // the client's: the server has taken its leave too
}

var _ net.Conn = (*Conn)(nil)

func newConn(send func(kind byte, data []byte) error) *Conn {
	c := &Conn{send: send, done: make(chan struct{}), left: make(chan struct{})}
	c.change = sync.NewCond(&c.mu)
	return c
}

// Read implements net.Conn. After a Close by the other end it returns io.EOF,
// and a *GivenUpError when the server has given the client up.
func (c *Conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.unread) == 0 && c.err == nil {
		c.change.Wait()
	}
	if len(c.unread) == 0 {
		return 0, c.err
	}
	n := copy(p, c.unread)
	c.unread = c.unread[n:]
	c.change.Broadcast()
	return n, nil
}

// received gives data to the reader, and waits while it has enough.
func (c *Conn) received(data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.unread) > maxUnread && c.err == nil {
		c.change.Wait()
	}
	if c.err == nil {
		c.unread = append(c.unread, data...)
		c.change.Broadcast()
	}
}

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		if err := c.ended(); err != nil {
			return written, err
		}
		n := min(len(p), maxData)
		if err := c.send(dataRecord, p[:n]); err != nil {
			c.end(err)
			return written, err
		}
		written, p = written+n, p[n:]
	}
	return written, nil
}

// Close implements net.Conn. It tells the other end.
func (c *Conn) Close() error {
	if c.ended() == nil {
		// Fails when the stream has ended, which tells the other end too.
		_ = c.send(closeRecord, nil)
	}
	c.end(net.ErrClosed)
	return nil
}

// end ends the connection here: reads return err when all is read.
func (c *Conn) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	close(c.done)
	c.change.Broadcast()
}

func (c *Conn) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(c.err, io.EOF) {
		return io.ErrClosedPipe
	}
	return c.err
}

// over returns why nothing more is received, or nil.
func (c *Conn) over() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Done is closed when the connection has ended.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Left is closed, at a client, when the server has heard of the end too, or
// cannot be heard any more. Only then the streams may be closed without the end
// being lost in them.
func (c *Conn) Left() <-chan struct{} { return c.left }

type address struct{}

func (address) Network() string { return "tunnel" }
func (address) String() string  { return "tunnel" }

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return address{} }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return address{} }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(time.Time) error { return os.ErrNoDeadline }

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }
