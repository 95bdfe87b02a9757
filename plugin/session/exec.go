package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"github.com/sidestep-dev/sidestep/plugin/session/internal/grpcwire"
)

const (
	// StdinCredit is how many bytes of stdin a client may send ahead.
	StdinCredit = 256 << 10
	// maxChunk is how many bytes of output one message carries.
	maxChunk = 32 << 10
	// maxSignal is the highest number of a signal (signal(7)).
	maxSignal = 64
	// sigwinch is SIGWINCH, by the number of the nodes: Windows, where the tests of
	// clients have a node too, has no name for it.
	sigwinch = syscall.Signal(28)
)

func (s *server) exec(st *grpcwire.Stream) {
	first, err := st.Recv()
	var e event
	if err == nil {
		e, err = readEvent(first)
	}
	if err == nil && e.start == nil {
		err = errors.New("the first message is no start")
	}
	if err != nil {
		st.Finish(grpcwire.CodeInvalid, err.Error())
		return
	}
	if e.start.Reason == "" {
		e.start.Reason = *s.reason.Load()
	}
	ctx, cancel := context.WithCancelCause(st.Context())
	defer cancel(nil)
	c := &call{stream: st, size: e.start.Size, signals: make(chan os.Signal, 64)}
	c.change = sync.NewCond(&c.mu)
	if !e.start.Interactive {
		c.stdinErr = io.EOF
	}
	go c.receive(cancel)
	code, failure := s.node.Exec(ctx, *e.start, c.client())
	reply := execReply(replyExit, exited(code))
	if failure != nil {
		reply = execReply(replyFailure, failure.encode())
	}
	// A client that is gone does not get it.
	if err := st.Send(reply); err == nil {
		st.Finish(grpcwire.CodeOK, "")
	}
}

// call is a command of a client.
type call struct {
	stream  *grpcwire.Stream
	signals chan os.Signal

	mu       sync.Mutex
	change   *sync.Cond // of what follows
	stdin    []byte
	stdinErr error // what reads of stdin return at its end
	credit   int   // bytes that were read and that the client does not know of
	size     Size
}

func (c *call) client() Client {
	return Client{
		Stdin: c, Stdout: output{c.stream, replyStdout}, Stderr: output{c.stream, replyStderr},
		Signals: c.signals,
		Size: func() Size {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.size
		},
		Started: func(pid int) error { return c.stream.Send(execReply(replyStarted, started(pid))) },
		Notice: func(line string) {
			// A client that is gone does not get it.
			_ = c.stream.Send(execReply(replyNotice, []byte(line)))
		},
	}
}

// receive takes what the client sends, and never waits for the command.
func (c *call) receive(cancel context.CancelCauseFunc) {
	for {
		p, err := c.stream.Recv()
		var e event
		if err == nil {
			e, err = readEvent(p)
		}
		if err == nil {
			err = c.take(e)
		}
		if err != nil {
			c.mu.Lock()
			c.stdinErr = io.EOF
			c.change.Broadcast()
			c.mu.Unlock()
			// The client that has said all it has to say goes on reading.
			if !errors.Is(err, io.EOF) {
				cancel(err)
			}
			return
		}
	}
}

func (c *call) take(e event) error {
	if e.start != nil {
		return errTwoStarts
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(e.stdin) > 0 && c.stdinErr == nil {
		if len(c.stdin)+len(e.stdin) > StdinCredit {
			return fmt.Errorf("the client sent more than %d bytes of stdin ahead", StdinCredit)
		}
		c.stdin = append(c.stdin, e.stdin...)
		c.change.Broadcast()
	}
	if e.stdinEnd {
		c.stdinErr = io.EOF
		c.change.Broadcast()
	}
	if e.size != nil {
		c.size = *e.size
		c.signal(sigwinch)
	}
	if e.signal > 0 && e.signal <= maxSignal {
		c.signal(syscall.Signal(e.signal))
	}
	return nil
}

// signal passes a signal on, unless so many wait that one more means nothing.
func (c *call) signal(sig syscall.Signal) {
	select {
	case c.signals <- sig:
	default:
	}
}

// Read reads the client's stdin.
func (c *call) Read(p []byte) (int, error) {
	c.mu.Lock()
	for len(c.stdin) == 0 && c.stdinErr == nil {
		c.change.Wait()
	}
	if len(c.stdin) == 0 {
		c.mu.Unlock()
		return 0, c.stdinErr
	}
	n := copy(p, c.stdin)
	c.stdin = c.stdin[n:]
	c.credit += n
	credit := 0
	if c.credit >= StdinCredit/4 && c.stdinErr == nil {
		credit, c.credit = c.credit, 0
	}
	c.mu.Unlock()
	if credit > 0 {
		// A client that is gone needs none.
		_ = c.stream.Send(creditReply(credit))
	}
	return n, nil
}

// output is one of the command's streams to the client.
type output struct {
	stream *grpcwire.Stream
	field  int
}

// Write waits until the client takes it.
func (o output) Write(p []byte) (int, error) {
	written := 0
	for len(p) > 0 {
		n := min(len(p), maxChunk)
		if err := o.stream.Send(execReply(o.field, p[:n])); err != nil {
			return written, err
		}
		written, p = written+n, p[n:]
	}
	return written, nil
}
