package resolver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// ReferenceError says that a text is not a reference.
type ReferenceError struct {
	Text   string
	Reason string
}

// Error implements error.
func (e *ReferenceError) Error() string {
	text := e.Text
	if len(text) > 80 {
		text = text[:80] + "…"
	}
	return fmt.Sprintf("bad container reference %q: %s", text, e.Reason)
}

// ConnectError says that a containerd could not be asked: its Kind says why.
type ConnectError = containerd.ConnectError

// The kinds of ConnectError.
const (
	NoSocket         = containerd.NoSocket
	NotSocket        = containerd.NotSocket
	NoListener       = containerd.NoListener
	PermissionDenied = containerd.PermissionDenied
	NotContainerd    = containerd.NotContainerd
	NoAnswer         = containerd.NoAnswer
	NotAsked         = containerd.NotAsked
)

// ErrLate says that a container, or its process, was not found in the time that
// there was, and may be there all the same. Errors of other types wrap it.
var ErrLate = errors.New("not all files and processes of this host could be looked at in time")

// NotFoundError says that nobody who answered knows the container.
type NotFoundError struct {
	Reference  Reference
	Searched   []string        // who answered
	Unanswered []error         // who did not, and why; may know the container
	Namespace  *NamespaceError // the namespace that was searched is none; nil: it is one, or all were
}

// Error implements error.
func (e *NotFoundError) Error() string {
	text := fmt.Sprintf("no container %q: ", e.Reference)
	switch {
	case len(e.Searched) > 0:
		text += "searched " + strings.Join(e.Searched, ", ")
	case len(e.Unanswered) > 0:
		text += "nothing was searched"
	default:
		text += "this host shows none"
	}
	for _, err := range e.Unanswered {
		text += fmt.Sprintf("; could not search %v", err)
	}
	if e.Namespace != nil {
		text += "; " + e.Namespace.Error()
	}
	return text
}

// Unwrap returns why some were not searched.
func (e *NotFoundError) Unwrap() []error { return e.Unanswered }

// AmbiguousError says that a reference means several containers.
type AmbiguousError struct {
	Reference  Reference
	Candidates []Container // without their specs
}

// Error implements error.
func (e *AmbiguousError) Error() string {
	const most = 10
	var names []string
	for _, c := range e.Candidates {
		if len(names) == most {
			names = append(names, fmt.Sprintf("and %d more", len(e.Candidates)-most))
			break
		}
		name := describe(c)
		if c.Source != e.Candidates[0].Source || e.Candidates[len(e.Candidates)-1].Source != c.Source {
			name += " in " + c.Source
		}
		names = append(names, name)
	}
	return fmt.Sprintf("%q means %d containers: %s", e.Reference, len(e.Candidates), strings.Join(names, ", "))
}

// StateError says that a container has no process to enter.
type StateError struct {
	Container Container
	State     State  // Created, Stopped or NoTask
	Reason    string // by what it is known, when nobody has said so; may be ""
}

// Error implements error.
func (e *StateError) Error() string {
	switch e.State {
	case NoTask:
		return fmt.Sprintf("container %s has no task", describe(e.Container))
	case Created:
		return fmt.Sprintf("container %s is created, but not started", describe(e.Container))
	}
	text := fmt.Sprintf("container %s is %s", describe(e.Container), e.State)
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// UnknownStateError says that there is a container, but not what its process is.
type UnknownStateError struct {
	Container Container
	Source    string        // who was asked
	After     time.Duration // how long that took
	Err       error         // nil: the answer had no process, or no status
	Others    []Other       // who else was asked, and why that is not known to be right
	Elsewhere string        // the socket of its containerd, where another one was to be asked
}

// Error implements error.
func (e *UnknownStateError) Error() string {
	text := "the process of container " + describe(e.Container) + " is unknown"
	after := e.After.Round(time.Millisecond)
	switch {
	case e.Err != nil && after == 0:
		text += fmt.Sprintf(": %v", e.Err)
	case e.Err != nil:
		text += fmt.Sprintf(" after %s: %v", after, e.Err)
	case e.Source != "":
		text += fmt.Sprintf(": %s was asked for its task and named none in %s", e.Source, Rounded(e.After, time.Millisecond))
	}
	for i, other := range e.Others {
		separator := "; "
		if i == 0 && e.Err == nil && e.Source == "" {
			separator = ": "
		}
		text += fmt.Sprintf("%s%s: %s", separator, other.Source, other.Reason)
	}
	return text
}

// Is reports whether the processes of this host that were not looked at in time
// may tell.
func (e *UnknownStateError) Is(target error) bool {
	return target == ErrLate && slices.ContainsFunc(e.Others, func(o Other) bool { return o.late })
}

// Unwrap returns why nobody knows.
func (e *UnknownStateError) Unwrap() error { return e.Err }

// GoneError says that the process that was named for a container is not, or no
// longer, the container's.
type GoneError struct {
	Container Container
	PID       int
	Reason    string
	Leader    int   // the process whose thread has that number; 0: it is no thread's
	Parent    int   // the process that has not waited for it since it ended; 0: none is known
	Err       error // proc.ErrGone when it has exited; may be nil
}

// Error implements error.
func (e *GoneError) Error() string {
	if e.Container.ID == "" {
		return fmt.Sprintf("process %d: %s", e.PID, e.Reason)
	}
	return fmt.Sprintf("container %s went away while it was looked at: process %d: %s", describe(e.Container), e.PID, e.Reason)
}

// Unwrap returns what the kernel said.
func (e *GoneError) Unwrap() error { return e.Err }
