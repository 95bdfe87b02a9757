package tunnel_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

const deadline = time.Minute

// line is a pair of streams as a container has them: they outlive their
// clients, and all that is written to stdout is kept.
type line struct {
	stdin   *io.PipeWriter
	served  chan error
	ended   chan error // of each connection, why its reads ended
	mu      sync.Mutex
	log     bytes.Buffer
	readers *io.PipeWriter
}

// Write is the container's stdout: it goes to the log, and to whoever is
// attached.
func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.log.Write(p)
	to := l.readers
	l.mu.Unlock()
	if to != nil {
		_, _ = to.Write(p) // one that is gone is not written to
	}
	return len(p), nil
}

// attach returns stdout from now on.
func (l *line) attach() io.Reader {
	r, w := io.Pipe()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers = w
	return r
}

// echo serves connections that say what they hear.
func echo(t *testing.T, silence time.Duration) *line {
	t.Helper()
	r, w := io.Pipe()
	l := &line{stdin: w, served: make(chan error, 1), ended: make(chan error, 100)}
	go func() {
		l.served <- tunnel.Serve(r, l, silence, func(conn net.Conn) {
			buf := make([]byte, 100<<10)
			for {
				n, err := conn.Read(buf)
				if err != nil {
					l.ended <- err
					return
				}
				if _, err := conn.Write(buf[:n]); err != nil {
					l.ended <- err
					return
				}
			}
		})
	}()
	t.Cleanup(func() {
		w.Close()
		select {
		case err := <-l.served:
			if err != nil {
				t.Errorf("the server ended with %v", err)
			}
		case <-time.After(deadline):
			t.Error("the server has not ended")
		}
	})
	return l
}

func dial(t *testing.T, l *line, interval time.Duration) *tunnel.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	conn, err := tunnel.Dial(ctx, l.attach(), l.stdin, interval)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// says sends text and expects it back.
func says(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	go func() { _, _ = conn.Write([]byte(text)) }()
	got := make([]byte, len(text))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != text {
		t.Fatalf("said %d bytes, heard %d that differ: %v", len(text), len(got), err)
	}
}

func (l *line) end(t *testing.T, want error) {
	t.Helper()
	select {
	case err := <-l.ended:
		if !errors.Is(err, want) {
			t.Errorf("the connection ended with %v, not %v", err, want)
		}
	case <-time.After(deadline):
		t.Fatalf("the connection has not ended, as it should with %v", want)
	}
}

func TestOneAfterTheOther(t *testing.T) {
	l := echo(t, 0)
	for range 3 {
		conn := dial(t, l, 0)
		says(t, conn, "hello")
		conn.Close()
		l.end(t, io.EOF)
		select {
		case <-conn.Left():
		case <-time.After(deadline):
			t.Error("the server did not take its leave")
		}
	}
}

// TestDeadClientsRest: whatever a client had begun to write when it died, the
// next one is understood. The rest is what is random, a whole record or a part
// of it, a mark cut off.
func TestDeadClientsRest(t *testing.T) {
	l := echo(t, 0)
	conn := dial(t, l, 0)
	says(t, conn, "the first")
	for n := range 60 {
		rest := make([]byte, n*7)
		_, _ = rand.Read(rest)
		if n%3 == 0 {
			// A record that never becomes whole: its length says that much follows.
			rest = append([]byte{0x40, 0x00}, rest...)
		}
		if n%4 == 0 {
			rest = append(rest, 0xb1, 0x5c, 0x9e)
		}
		if _, err := l.stdin.Write(rest); err != nil {
			t.Fatal(err)
		}
		conn = dial(t, l, 0)
		says(t, conn, "the next")
	}
	conn.Close()
}

// TestSplit: a stream may come in any pieces.
func TestSplit(t *testing.T) {
	l := echo(t, 0)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	conn, err := tunnel.Dial(ctx, l.attach(), pieces{l.stdin}, 0)
	if err != nil {
		t.Fatal(err)
	}
	says(t, conn, string(bytes.Repeat([]byte("0123456789"), 1000)))
	conn.Close()
}

type pieces struct{ w io.Writer }

func (p pieces) Write(data []byte) (int, error) {
	for i := range data {
		if _, err := p.w.Write(data[i : i+1]); err != nil {
			return i, err
		}
	}
	return len(data), nil
}

func TestReplaced(t *testing.T) {
	l := echo(t, 0)
	first := dial(t, l, 0)
	says(t, first, "first")
	second := dial(t, l, 0)
	l.end(t, tunnel.ErrReplaced)
	says(t, second, "second")
	second.Close()
}

func TestSilence(t *testing.T) {
	l := echo(t, 400*time.Millisecond)
	quiet := dial(t, l, 0)
	says(t, quiet, "and then nothing")
	l.end(t, tunnel.ErrSilent)
	there := dial(t, l, 50*time.Millisecond)
	time.Sleep(time.Second)
	says(t, there, "still there")
	there.Close()
}

// TestLogTellsNothing: what went over the streams cannot be read in the log.
func TestLogTellsNothing(t *testing.T) {
	l := echo(t, 0)
	conn := dial(t, l, 0)
	const secret = "correct horse battery staple"
	says(t, conn, secret)
	conn.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(l.log.Bytes(), []byte(secret)) || l.log.Len() < len(secret) {
		t.Errorf("the log: %q", l.log.Bytes())
	}
}

// TestMuch: many bytes, and the marks of the protocol among them.
func TestMuch(t *testing.T) {
	l := echo(t, 0)
	conn := dial(t, l, 0)
	l.mu.Lock()
	mark := bytes.Clone(l.log.Bytes()[:16]) // the server's
	l.mu.Unlock()
	text := make([]byte, 3<<20)
	_, _ = rand.Read(text)
	for i := 0; i < len(text)-16; i += 99_991 {
		copy(text[i:], mark)
	}
	says(t, conn, string(text))
	conn.Close()
}

// TestNoise: what a login shell prints before is skipped.
func TestNoise(t *testing.T) {
	r, w := io.Pipe()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	toServer, fromClient := io.Pipe()
	go func() {
		_ = tunnel.Serve(toServer, w, 0, func(conn net.Conn) { _, _ = io.Copy(conn, conn) })
	}()
	conn, err := tunnel.Dial(ctx, io.MultiReader(strings.NewReader("Welcome to the node!\n"), r), fromClient, 0)
	if err != nil {
		t.Fatal(err)
	}
	says(t, conn, "hello")
	conn.Close()
	fromClient.Close()
}

func TestNobodyThere(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	r, _ := io.Pipe()
	if _, err := tunnel.Dial(ctx, r, io.Discard, 0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	if _, err := tunnel.Dial(t.Context(), bytes.NewReader([]byte("sudo: not found\n")), io.Discard, 0); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("something else: %v", err)
	}
}
