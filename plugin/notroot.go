package plugin

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver"
)

// errNotRoot says that the caller may see next to nothing of what was asked for.
var errNotRoot = errors.New("not root: the files of containers and their runtimes are root's alone")

const rootHint = "run it as root: sudo sidestep …"

// notRoot says what is refused to a caller who is not root: of several sockets
// that are, one thing.
func notRoot(err error) error {
	if refused(err) > 1 {
		return errors.New("not root: the sockets of containerd are root's alone")
	}
	return fmt.Errorf("not root: %w", err)
}

// refused returns how many sockets an error is about that the caller may not open.
func refused(err error) int {
	switch e := err.(type) { //nolint:errorlint // each error of the tree is looked at by itself
	case *resolver.ConnectError:
		if e.Kind == resolver.PermissionDenied {
			return 1
		}
	case interface{ Unwrap() error }:
		return refused(e.Unwrap())
	case interface{ Unwrap() []error }:
		n := 0
		for _, one := range e.Unwrap() {
			n += refused(one)
		}
		return n
	}
	return 0
}

// shownNothing reports whether a container was not found since nobody was searched
// for it: no containerd was to be asked, and the files of containers cannot be read.
func shownNothing(err error) bool {
	var notFound *resolver.NotFoundError
	return errors.As(err, &notFound) && len(notFound.Searched) == 0 && len(notFound.Unanswered) == 0
}

// seesNothing reports whether a list that is empty says nothing, for the same
// reason.
func (g globals) seesNothing(euid int) bool {
	sources, err := resolver.ParseSources(g.source)
	return euid != 0 && err == nil && !slices.Contains(sources, resolver.SourceContainerd)
}
