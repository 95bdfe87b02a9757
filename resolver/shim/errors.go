package shim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// ErrNotFound says that the shim answers and has no task with this ID.
var ErrNotFound = errors.New("not found")

// Kind is why a shim did not say.
type Kind int

// The kinds of Error. A shim that is stopped, and one that hangs, are NoAnswer.
const (
	NoSocket         Kind = iota + 1 // there is nothing at the address, or no address
	NoListener                       // there is a file, but no shim behind it
	PermissionDenied                 // the caller may not connect
	NotShim                          // what answers is not a shim, or none that is known here
	NoAnswer                         // nothing answered before the deadline
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case NoSocket:
		return "no such socket"
	case NoListener:
		return "nobody listens on this socket"
	case PermissionDenied:
		return "permission denied"
	case NotShim:
		return "this is not a shim that can be asked"
	case NoAnswer:
		return "no answer"
	}
	return "cannot be asked"
}

// Error says that a shim could not be asked.
type Error struct {
	Address string // the socket, or the file that was to name it
	Kind    Kind
	After   time.Duration // for NoAnswer: how long it was waited for
	Err     error         // what was seen; may be nil
}

// Error implements error.
func (e *Error) Error() string {
	text := fmt.Sprintf("shim at %s: %s", e.Address, e.Kind)
	switch {
	case e.Kind == NoAnswer && e.After > 0:
		text += fmt.Sprintf(" in %s", e.After.Round(time.Millisecond))
	case e.Kind == NotShim && e.Err != nil:
		text += fmt.Sprintf(": %v", e.Err)
	}
	return text
}

// Unwrap returns what was seen.
func (e *Error) Unwrap() error { return e.Err }

// failure gives an error of the connection its meaning. asked is when the
// question was begun.
func failure(ctx context.Context, address Address, asked time.Time, err error) error {
	e := &Error{Address: address.Socket, Err: err}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("ask the shim at %s: %w", address.Socket, ctx.Err())
	case ctx.Err() != nil, errors.Is(err, os.ErrDeadlineExceeded):
		e.Kind, e.After = NoAnswer, time.Since(asked)
	case errors.Is(err, syscall.EAGAIN):
		// The queue of connections that the shim has not accepted is full.
		e.Kind = NoAnswer
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EINVAL):
		e.Kind = NoSocket // EINVAL: a path too long for a socket, see unix(7)
	case errors.Is(err, fs.ErrPermission):
		e.Kind = PermissionDenied
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Kind = NoListener
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Kind, e.Err = NotShim, errors.New("it closes the connection without an answer")
	default:
		e.Kind = NotShim
	}
	return e
}
