package tunnel

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// maxNoise is how many bytes of something else may come before the answer, such
// as what a login shell prints or the rest of what was meant for another client.
const maxNoise = 4 << 20

// VersionError says that the other end speaks another version of the format.
type VersionError struct{ Theirs int }

func (e *VersionError) Error() string {
	return fmt.Sprintf("the other end speaks version %d of the tunnel, this one %d", e.Theirs, Version)
}

// GivenUpError says that the server ended the connection.
type GivenUpError struct{ Reason string }

func (e *GivenUpError) Error() string { return "the other end gave it up: " + e.Reason }

// endOf returns what the reads of a connection return after the server's last
// record.
func endOf(reason []byte) error {
	if len(reason) == 0 {
		return io.EOF
	}
	return &GivenUpError{Reason: string(reason)}
}

// Dial connects to the server that reads w and writes r. Every interval it
// tells the server that it is there; with 0 it does not. When ctx is done first
// the error is its cause, and r is to be closed to end the waiting.
func Dial(ctx context.Context, r io.Reader, w io.Writer, interval time.Duration) (*Conn, error) {
	own, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	hello := append(append(bytes.Clone(clientMark), Version), own.PublicKey().Bytes()...)
	type answer struct {
		conn *Conn
		err  error
	}
	answered := make(chan answer, 2)
	go func() {
		if _, err := w.Write(hello); err != nil {
			answered <- answer{err: fmt.Errorf("write the first bytes: %w", err)}
		}
	}()
	// At the same time: a server that still writes to another client reads nothing
	// until that has been read.
	go func() {
		conn, err := meet(own, r, w, interval)
		answered <- answer{conn, err}
	}()
	select {
	case a := <-answered:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// meet waits for the server's answer and starts the connection.
func meet(own *ecdh.PrivateKey, r io.Reader, w io.Writer, interval time.Duration) (*Conn, error) {
	server, rest, err := awaitServer(r, own.PublicKey())
	if err != nil {
		return nil, err
	}
	toServer, toClient, err := ciphers(own, own.PublicKey(), server)
	if err != nil {
		return nil, err
	}
	out := &sealer{aead: toServer}
	var mu sync.Mutex
	conn := newConn(func(kind byte, data []byte) error {
		mu.Lock()
		defer mu.Unlock()
		_, err := w.Write(out.seal(kind, data))
		return err
	})
	go receive(conn, r, &opener{aead: toClient}, rest)
	if interval > 0 {
		go ping(conn, interval)
	}
	return conn, nil
}

// awaitServer reads until the server has answered. What it has read of what
// follows is the rest.
func awaitServer(r io.Reader, client *ecdh.PublicKey) (server *ecdh.PublicKey, rest []byte, err error) {
	var seen []byte
	buf := make([]byte, 4096)
	for skipped := 0; skipped < maxNoise; {
		n, err := r.Read(buf)
		seen = append(seen, buf[:n]...)
		for {
			at := bytes.Index(seen, serverMark)
			if at < 0 {
				drop := max(0, len(seen)-markSize+1)
				skipped, seen = skipped+drop, seen[drop:]
				break
			}
			skipped, seen = skipped+at, seen[at:]
			if len(seen) < markSize+1+echoSize+keySize {
				break
			}
			body := seen[markSize:]
			if body[0] != Version {
				return nil, nil, &VersionError{Theirs: int(body[0])}
			}
			if bytes.Equal(body[1:1+echoSize], echo(client)) {
				key, err := ecdh.X25519().NewPublicKey(body[1+echoSize : 1+echoSize+keySize])
				return key, bytes.Clone(body[1+echoSize+keySize:]), err
			}
			seen = seen[markSize:] // an answer to another client
		}
		if errors.Is(err, io.EOF) {
			return nil, nil, io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, fmt.Errorf("no sidestep answers: something else wrote %d bytes", maxNoise)
}

// receive reads what the server sends until it takes its leave, also after the
// end of the connection here.
func receive(conn *Conn, r io.Reader, in *opener, rest []byte) {
	defer close(conn.left)
	left := false
	take := func(kind byte, data []byte) {
		switch kind {
		case dataRecord:
			conn.received(data)
		case closeRecord:
			left = true
			conn.end(endOf(data))
		}
	}
	err := in.add(rest, take)
	buf := make([]byte, 64<<10)
	for err == nil && !left {
		var n int
		n, err = r.Read(buf)
		if addErr := in.add(buf[:n], take); addErr != nil {
			err = addErr
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // the server did not take its leave
	}
	conn.end(err)
}

func ping(conn *Conn, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-conn.done:
			return
		case <-tick.C:
			if err := conn.send(pingRecord, nil); err != nil {
				conn.end(err)
				return
			}
		}
	}
}
