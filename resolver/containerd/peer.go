package containerd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
)

// peer remembers what became of the attempt to connect: the errno of the dial,
// and the first bytes of what answered.
type peer struct {
	address string

	mu   sync.Mutex
	err  error  // of the dial, or of the first read that failed
	head []byte // what the other side said first
}

// maxHead is how much of what the other side says first is kept, in bytes.
const maxHead = 64

func (p *peer) dial(ctx context.Context) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", p.address)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if err != nil {
		return nil, err
	}
	return &heard{Conn: conn, peer: p}, nil
}

// heard is a connection whose first bytes its peer remembers.
type heard struct {
	net.Conn
	peer *peer
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.peer.mu.Lock()
	defer h.peer.mu.Unlock()
	if room := maxHead - len(h.peer.head); room > 0 {
		h.peer.head = append(h.peer.head, b[:min(n, room)]...)
	}
	if h.peer.err == nil {
		h.peer.err = err
	}
	return n, err
}

// verdict says why the attempt to connect failed.
func (p *peer) verdict() *ConnectError {
	p.mu.Lock()
	defer p.mu.Unlock()
	verdict := &ConnectError{Address: p.address, Err: p.err}
	line, _, _ := strings.Cut(string(p.head), "\r\n")
	switch {
	case len(p.head) > 0:
		verdict.Kind, verdict.Err = NotContainerd, fmt.Errorf("it answered %q", line)
	case errors.Is(p.err, os.ErrNotExist), errors.Is(p.err, syscall.ENOTDIR), errors.Is(p.err, syscall.EINVAL):
		verdict.Kind = NoSocket // EINVAL: a path too long for a socket, see unix(7)
	case errors.Is(p.err, os.ErrPermission):
		verdict.Kind = PermissionDenied
	case errors.Is(p.err, syscall.ECONNREFUSED):
		verdict.Kind = NoListener
	case errors.Is(p.err, syscall.EAGAIN):
		// The queue of connections that the daemon has not accepted is full.
		verdict.Kind, verdict.Question = NoAnswer, "the connection"
	case errors.Is(p.err, io.EOF), errors.Is(p.err, syscall.ECONNRESET), errors.Is(p.err, syscall.EPIPE):
		verdict.Kind, verdict.Err = NotContainerd, errors.New("it closes the connection without an answer")
	default:
		verdict.Kind = NotContainerd
	}
	return verdict
}
