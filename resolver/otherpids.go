package resolver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// errOtherPIDs says that the numbers that the host's daemons and files name mean
// nothing here.
var errOtherPIDs = errors.New("sidestep is not in the host's PID namespace")

// PIDNamespaceError says that nothing can be said of a container's process, because
// the host's PIDs are not those that sidestep sees.
type PIDNamespaceError struct {
	Container Container
	Err       error // why
}

// Error implements error.
func (e *PIDNamespaceError) Error() string {
	if e.Container.ID == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("find the process of container %s: %v", describe(e.Container), e.Err)
}

// Unwrap returns why.
func (e *PIDNamespaceError) Unwrap() error { return e.Err }

// unlessOtherPIDs returns err, which may say that a process has ended or is another
// container's, unless it only seems so from the caller's PID namespace. Nobody looks
// for that before something is amiss.
func (r *Resolver) unlessOtherPIDs(err error) error {
	var gone *GoneError
	var state *StateError
	var unknown *UnknownStateError
	var container Container
	switch {
	case errors.As(err, &gone):
		container = gone.Container
	case errors.As(err, &state) && hasEnded(err):
		container = state.Container
	case errors.As(err, &unknown):
		container = unknown.Container
	default:
		return err
	}
	if why := r.otherPIDs(); why != nil {
		return &PIDNamespaceError{Container: container, Err: why}
	}
	return err
}

// otherPIDs says why the PIDs of the host are not those of the caller; nil: they are,
// as far as can be seen. It connects once: a daemon that hangs takes nobody out of
// the queue of its socket, which has an end.
func (r *Resolver) otherPIDs() error {
	r.pidsOnce.Do(func() { r.pidsErr = r.comparePIDs() })
	return r.pidsErr
}

func (r *Resolver) comparePIDs() error {
	if err := proc.Mounted(); err != nil {
		return err
	}
	addresses := r.config.Addresses
	if len(addresses) == 0 {
		addresses = findSockets(r.places.root)
	}
	for _, address := range addresses {
		pid, err := containerd.Listener(strings.TrimPrefix(address, "unix://"))
		if err == nil && pid == 0 {
			return errOtherPIDs
		}
	}
	return nil
}
