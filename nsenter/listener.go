package nsenter

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// listens reports whether the process's filters ask a supervisor.
func (e *entrance) listens() bool { return sys.AnyListens(e.filters) }

// listensEarly reports whether the process has its listener before it is Ready.
func (e *entrance) listensEarly() bool {
	return e.listens() && !e.plan.NoNewPrivs && !e.plan.LateFilters
}

// takeListener takes the listener of the filter that the process has just
// installed: its own one it closes. The process waits.
func (e *entrance) takeListener() error {
	fd, err := e.receive(entry.Listener, "the executor to install the seccomp filter")
	if err != nil {
		return err
	}
	if e.listener, err = sys.TakeDescriptor(e.child.Pid, int(fd)); err != nil {
		return &ListenerError{Path: e.plan.Listener.Path, Err: err}
	}
	return nil
}

// passListener gives the listener to the supervisor that the container's record
// names, in one message with what runc tells it (OCI runtime specification,
// config-linux.md, seccomp). The process need not wait until it is used: a call
// that the filter hands over waits by itself.
func (e *entrance) passListener() error {
	defer e.listener.Close()
	state := e.plan.Listener.State
	state.Pid = e.child.Pid
	message, err := json.Marshal(state)
	if err == nil {
		err = sendDescriptor(e.plan.Listener.Path, message, e.listener)
	}
	if err != nil {
		return &ListenerError{Path: e.plan.Listener.Path, Err: err}
	}
	return nil
}

// sendDescriptor sends a message with a descriptor to a unix socket.
func sendDescriptor(path string, message []byte, file *os.File) error {
	connection, err := net.DialTimeout("unix", path, startDeadline)
	if err != nil {
		return err
	}
	defer connection.Close()
	socket, ok := connection.(*net.UnixConn)
	if !ok {
		return fmt.Errorf("connected to a %T", connection)
	}
	if err := socket.SetDeadline(time.Now().Add(startDeadline)); err != nil {
		return err
	}
	n, _, err := socket.WriteMsgUnix(message, syscall.UnixRights(int(file.Fd())), nil)
	if err == nil && n < len(message) { // the rest of a long one follows
		_, err = socket.Write(message[n:])
	}
	return err
}

// askForListener makes the container's filter one with a listener, where it
// asks a supervisor. A process can have one only, and only the container's own
// filter has a supervisor with a name.
func askForListener(filters []sys.Filter, listener *plan.Listener) error {
	for i := range filters {
		if !filters[i].Notifies() {
			continue
		}
		if i < len(filters)-1 || listener == nil {
			return errors.New("they ask a supervisor that the container's record does not name")
		}
		filters[i] = filters[i].WithListener(listener.WaitKillable)
	}
	return nil
}
