package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

const (
	// stdinCredit is how many bytes of stdin need no permission.
	stdinCredit = 256 << 10
	chunk       = 32 << 10
)

// Streams are the caller's side of a command.
type Streams struct {
	Stdin          io.Reader // nil: none
	Stdout, Stderr io.Writer
	Notice         func(line string)      // takes what the node says beside the output; nil: nobody
	Sizes          <-chan *sessionpb.Size // of the caller's terminal, as it changes
	Signals        <-chan int             // Linux's numbers
}

// Exec runs a command to its end and returns its exit code. The error is a
// *Failure when nothing was run.
func (n *Node) Exec(ctx context.Context, start *sessionpb.ExecStart, s Streams) (int, error) {
	// What sends for the command ends with it.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := n.calls.Exec(ctx)
	if err != nil {
		return 0, fmt.Errorf("call the node's sidestep: %w", err)
	}
	r := &run{line: n.line, stream: stream, credit: stdinCredit}
	r.change = sync.NewCond(&r.mu)
	if err := r.send(&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Start{Start: start}}); err != nil {
		return 0, r.failed(ctx, err)
	}
	if s.Stdin != nil {
		go r.sendStdin(s.Stdin)
	}
	go r.sendEvents(ctx, s)
	defer r.end()
	for {
		reply, err := stream.Recv()
		if err != nil {
			return 0, r.failed(ctx, err)
		}
		switch m := reply.Message.(type) {
		case *sessionpb.ExecReply_Stdout:
			err = deliver(s.Stdout, m.Stdout)
		case *sessionpb.ExecReply_Stderr:
			err = deliver(s.Stderr, m.Stderr)
		case *sessionpb.ExecReply_StdinCredit:
			r.grant(int(m.StdinCredit))
		case *sessionpb.ExecReply_Notice:
			if s.Notice != nil {
				s.Notice(m.Notice)
			}
		case *sessionpb.ExecReply_Exit:
			return int(m.Exit.Code), nil
		case *sessionpb.ExecReply_Failure:
			return 0, failureOf(m.Failure)
		}
		if err != nil {
			return 0, err
		}
	}
}

// DeliveryError says that what a command wrote could not be written here.
type DeliveryError struct{ Err error }

func (e *DeliveryError) Error() string { return "write what the command wrote: " + e.Err.Error() }

// Unwrap returns the error of the write.
func (e *DeliveryError) Unwrap() error { return e.Err }

func deliver(w io.Writer, p []byte) error {
	if _, err := w.Write(p); err != nil {
		return &DeliveryError{err}
	}
	return nil
}

// run is a command that runs.
type run struct {
	line    *line
	stream  grpc.BidiStreamingClient[sessionpb.ExecRequest, sessionpb.ExecReply]
	sending sync.Mutex

	mu     sync.Mutex
	change *sync.Cond // of credit and over
	credit int
	over   bool
}

// failed returns the cause of the end of the stream.
func (r *run) failed(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) { // of a send: the reason comes with the receive
		_, err = r.stream.Recv()
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return fmt.Errorf("the session with the node has ended: %w", r.line.cause(err))
}

func (r *run) send(m *sessionpb.ExecRequest) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	return r.stream.Send(m)
}

// sendStdin sends stdin to its end. An error of a send shows in Recv.
func (r *run) sendStdin(stdin io.Reader) {
	buf := make([]byte, chunk)
	for {
		n, err := stdin.Read(buf)
		for p := buf[:n]; len(p) > 0; {
			granted := r.take(len(p))
			if granted == 0 {
				return
			}
			part := append([]byte(nil), p[:granted]...)
			if r.send(&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_Stdin{Stdin: part}}) != nil {
				return
			}
			p = p[granted:]
		}
		if err != nil {
			// Another error than the end ends stdin too, as it does in a pipeline.
			_ = r.send(&sessionpb.ExecRequest{Message: &sessionpb.ExecRequest_StdinEnd{StdinEnd: true}})
			return
		}
	}
}

// take takes up to n bytes of the credit, and waits for some. It returns 0
// when the command has ended.
func (r *run) take(n int) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.credit == 0 && !r.over {
		r.change.Wait()
	}
	if r.over {
		return 0
	}
	n = min(n, r.credit)
	r.credit -= n
	return n
}

func (r *run) grant(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.credit += n
	r.change.Broadcast()
}

func (r *run) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.change.Broadcast()
}

// sendEvents sends sizes and signals until the command has ended.
func (r *run) sendEvents(ctx context.Context, s Streams) {
	for {
		m := &sessionpb.ExecRequest{}
		select {
		case <-ctx.Done():
			return
		case size := <-s.Sizes:
			m.Message = &sessionpb.ExecRequest_Size{Size: size}
		case sig := <-s.Signals:
			m.Message = &sessionpb.ExecRequest_Signal{Signal: int32(sig)}
		}
		if r.send(m) != nil {
			return
		}
	}
}
