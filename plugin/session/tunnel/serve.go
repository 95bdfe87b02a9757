package tunnel

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Reasons for which the server ends a connection.
var (
	ErrReplaced = errors.New("another client has come")
	ErrSilent   = errors.New("nothing was heard of the client")
)

// server reads the stream that clients write one after the other.
type server struct {
	w       io.Writer
	silence time.Duration
	handle  func(net.Conn)

	writing sync.Mutex // a record is written as a whole
	current *peer      // under writing: whose records may be written
	tail    []byte     // the last bytes of the stream that may begin a mark
	hello   []byte     // what has come after a mark
	meeting bool       // hello is not complete
	handled sync.WaitGroup
}

// peer is a client that the server is connected with.
type peer struct {
	conn *Conn
	in   opener
	out  sealer
	last atomic.Int64 // when something came, in nanoseconds
	left bool         // under the server's writing: the last record was sent
}

// Serve connects with the clients that write r and read w, one after the other,
// and calls handle for each connection in a goroutine of its own. A connection
// ends when its client says so, when another one comes, at the end of r, or
// when nothing has come for the time of silence, unless that is 0.
//
// Serve returns at the end of r, when all calls of handle have returned.
func Serve(r io.Reader, w io.Writer, silence time.Duration, handle func(net.Conn)) error {
	s := &server{w: w, silence: silence, handle: handle}
	buf := make([]byte, 64<<10)
	var err error
	for err == nil {
		var n int
		n, err = r.Read(buf)
		s.feed(buf[:n])
	}
	s.replace(nil, io.EOF)
	s.handled.Wait()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// feed takes the next bytes of the stream.
func (s *server) feed(p []byte) {
	for len(p) > 0 {
		joined := append(s.tail, p...)
		at := bytes.Index(joined, clientMark)
		if at < 0 {
			s.take(p)
			s.tail = bytes.Clone(joined[max(0, len(joined)-markSize+1):])
			return
		}
		// The beginning of a mark that was split over two reads was taken for
		// a part of a record, which does no harm: no whole one has it.
		s.take(p[:max(0, at-len(s.tail))])
		p = p[at+markSize-len(s.tail):]
		s.tail = nil
		s.replace(nil, ErrReplaced)
		s.hello, s.meeting = nil, true
	}
}

// take takes bytes that hold no mark.
func (s *server) take(p []byte) {
	if s.meeting {
		n := min(len(p), 1+keySize-len(s.hello))
		s.hello, p = append(s.hello, p[:n]...), p[n:]
		if len(s.hello) < 1+keySize {
			return
		}
		s.meeting = false
		s.meet(s.hello)
	}
	c := s.current
	if c == nil || len(p) == 0 {
		return // what a client that is gone had begun
	}
	c.last.Store(time.Now().UnixNano())
	err := c.in.add(p, func(kind byte, data []byte) {
		// One that was silent, such as a process that was stopped, may be back
		// and not know that it was given up.
		if err := c.conn.over(); err != nil {
			s.giveUp(c, err)
		}
		switch kind {
		case dataRecord:
			c.conn.received(data)
		case closeRecord:
			// A client that is gone already does not hear it.
			_ = s.send(c, closeRecord, nil)
			c.conn.end(io.EOF)
		}
	})
	if err != nil {
		s.giveUp(c, err)
		s.replace(nil, err)
	}
}

// meet answers a client and starts its connection.
func (s *server) meet(hello []byte) {
	own, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return // never happens, see crypto/rand
	}
	client, err := ecdh.X25519().NewPublicKey(hello[1:])
	if err != nil {
		return
	}
	answer := append(append(bytes.Clone(serverMark), Version), echo(client)...)
	answer = append(answer, own.PublicKey().Bytes()...)
	toServer, toClient, err := ciphers(own, client, own.PublicKey())
	if err != nil || hello[0] != Version {
		// The client sees the version and says so.
		s.writing.Lock()
		defer s.writing.Unlock()
		_, _ = s.w.Write(answer)
		return
	}
	p := &peer{in: opener{aead: toServer}, out: sealer{aead: toClient}}
	p.last.Store(time.Now().UnixNano())
	p.conn = newConn(func(kind byte, data []byte) error { return s.send(p, kind, data) })
	s.replace(p, ErrReplaced)
	s.writing.Lock()
	_, err = s.w.Write(answer)
	s.writing.Unlock()
	if err != nil {
		p.conn.end(err)
		return
	}
	s.handled.Go(func() { s.handle(p.conn) })
	if s.silence > 0 {
		go p.listen(s.silence)
	}
}

// giveUp tells a client why its connection is over, if it does not know. It
// may be gone, and then does not hear it.
func (s *server) giveUp(p *peer, err error) { _ = s.send(p, closeRecord, []byte(err.Error())) }

// send writes a record to a client, if it is still the one and has not got the
// last one.
func (s *server) send(p *peer, kind byte, data []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.current != p {
		return ErrReplaced
	}
	if p.left {
		return net.ErrClosed
	}
	p.left = kind == closeRecord
	_, err := s.w.Write(p.out.seal(kind, data))
	return err
}

// replace ends the connection with the client because of err.
func (s *server) replace(next *peer, err error) {
	s.writing.Lock()
	last := s.current
	s.current = next
	s.writing.Unlock()
	if last != nil {
		last.conn.end(err)
	}
}

// listen ends the connection when nothing comes any more.
func (p *peer) listen(silence time.Duration) {
	tick := time.NewTicker(silence / 8)
	defer tick.Stop()
	for {
		select {
		case <-p.conn.done:
			return
		case <-tick.C:
			if time.Since(time.Unix(0, p.last.Load())) > silence {
				p.conn.end(fmt.Errorf("%w for %s", ErrSilent, silence))
				return
			}
		}
	}
}
