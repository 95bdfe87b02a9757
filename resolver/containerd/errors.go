package containerd

import (
	"errors"
	"fmt"
	"time"
)

// ErrNotFound says that containerd has no such container, or that the
// container has no task.
var ErrNotFound = errors.New("not found")

// ConnectKind is why a daemon could not be asked.
type ConnectKind int

// The kinds of ConnectError. A daemon that is stopped looks like a program
// that accepts and never speaks: both are NoAnswer.
const (
	NoSocket         ConnectKind = iota + 1 // there is nothing at the address
	NotSocket                               // what is there is something else, or nothing can be
	NoListener                              // there is a file, but no daemon behind it
	PermissionDenied                        // the caller may not connect
	NotContainerd                           // what answers is not containerd
	NoAnswer                                // nothing answered before the deadline
	NotAsked                                // the caller can make no connection, to whomever
)

// String returns the kind in words.
func (k ConnectKind) String() string {
	switch k {
	case NoSocket:
		return "no such socket"
	case NotSocket:
		return "it is not a socket"
	case NoListener:
		return "nobody listens on this socket"
	case PermissionDenied:
		return "permission denied"
	case NotContainerd:
		return "this is not containerd"
	case NoAnswer:
		return "no answer"
	case NotAsked:
		return "it was not asked"
	}
	return "cannot connect"
}

// ConnectError says that a daemon could not be asked.
type ConnectError struct {
	Address  string // path of the socket
	Kind     ConnectKind
	After    time.Duration // for NoAnswer: how long it was waited for
	Question string        // for NoAnswer: what was asked
	Err      error         // what was seen; may be nil
}

// Error implements error.
func (e *ConnectError) Error() string {
	text := fmt.Sprintf("containerd at %s: %s", e.Address, e.Kind)
	switch {
	case e.Kind == NotSocket && e.Err != nil:
		return fmt.Sprintf("containerd at %s: it %v", e.Address, e.Err)
	case e.Kind == NoAnswer && e.After > 0:
		text += fmt.Sprintf(" in %s (asked for %s)", e.After, e.Question)
	case e.Kind == NoAnswer:
		text += fmt.Sprintf(" (asked for %s)", e.Question)
	case (e.Kind == NotContainerd || e.Kind == NotAsked) && e.Err != nil:
		text += fmt.Sprintf(": %v", e.Err)
	}
	return text
}

// Unwrap returns what was seen.
func (e *ConnectError) Unwrap() error { return e.Err }
