package containerd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"

	"github.com/sidestep-dev/sidestep/resolver/internal/rpc"
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

// dial connects, which a unix socket does at once or not at all. Package net would
// take as long as the daemon's answer.
func (p *peer) dial() (rpc.Stream, error) {
	conn, err := connect(p.address)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err = err
	if err != nil {
		return nil, err
	}
	return &heard{Stream: conn, peer: p}, nil
}

func connect(address string) (*os.File, error) {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: address}); err != nil {
		syscall.Close(fd)
		return nil, os.NewSyscallError("connect", err)
	}
	return os.NewFile(uintptr(fd), address), nil
}

// heard is a connection whose first bytes its peer remembers.
type heard struct {
	rpc.Stream
	peer *peer
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Stream.Read(b)
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
	misnamed := Misnamed(p.address, p.err)
	switch {
	case len(p.head) > 0:
		verdict.Kind, verdict.Err = NotContainerd, fmt.Errorf("it answered %q", line)
	case misnamed != nil:
		verdict.Kind, verdict.Err = NotSocket, misnamed
	case errors.Is(p.err, os.ErrNotExist), errors.Is(p.err, syscall.ENOTDIR):
		verdict.Kind = NoSocket
	case errors.Is(p.err, os.ErrPermission):
		verdict.Kind = PermissionDenied
	case errors.Is(p.err, syscall.ECONNREFUSED):
		verdict.Kind = NoListener
	case errors.Is(p.err, syscall.EMFILE), errors.Is(p.err, syscall.ENFILE), errors.Is(p.err, syscall.ENOBUFS), errors.Is(p.err, syscall.ENOMEM):
		verdict.Kind = NotAsked
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
