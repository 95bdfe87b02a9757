package shim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/peercred"
	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// maxWait bounds the wait for a shim when ctx does not end before. It is as
// long as containerd itself waits (containerd: io.containerd.timeout.task.state).
const maxWait = 2 * time.Second

// Status is what the shim says of a task.
type Status string

// The statuses of a task. A task that is being paused is Paused.
const (
	Created Status = "created"
	Running Status = "running"
	Paused  Status = "paused"
	Stopped Status = "stopped"
	Unknown Status = "unknown"
)

// Task is a container's task: its init process.
type Task struct {
	PID    int // in the shim's PID namespace; that of the last one when Stopped
	Status Status
	Bundle string // the directory that the shim has it from
}

// Ask asks the shim at an address for the task with this ID: one shim may serve
// all containers of a pod. It waits until ctx ends, and no longer than 2 s.
//
// The error is an *Error, wraps ErrNotFound, or wraps context.Canceled.
func Ask(ctx context.Context, address Address, namespace, id string) (Task, error) {
	ctx, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	asked := time.Now()
	conn, err := dial(ctx, address)
	if err != nil {
		return Task{}, failure(ctx, address, asked, err)
	}
	defer conn.Close()
	// Whatever ends ctx ends the reads and writes too.
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()

	c := &connection{conn: conn}
	payload := wire.AppendString(nil, 1, id)
	for _, service := range services(address.Version) {
		answer, err := c.call(service, "State", namespace, payload)
		var refusal *refusal
		switch {
		case err == nil:
			task, err := parseState(answer)
			if err != nil {
				return Task{}, &Error{Address: address.Socket, Kind: NotShim, Err: err}
			}
			return task, nil
		case !errors.As(err, &refusal):
			return Task{}, failure(ctx, address, asked, err)
		case refusal.code == codeNotFound:
			return Task{}, fmt.Errorf("ask the shim at %s for the task of container %q: %w", address.Socket, id, ErrNotFound)
		case refusal.code != codeUnimplemented:
			return Task{}, &Error{Address: address.Socket, Kind: NotShim, Err: refusal}
		}
	}
	return Task{}, &Error{Address: address.Socket, Kind: NotShim, Err: errors.New("it has no task service")}
}

// services returns the names of the task service, the one of the version first.
func services(version int) []string {
	const v2, v3 = "containerd.task.v2.Task", "containerd.task.v3.Task"
	if version == 2 {
		return []string{v2, v3}
	}
	return []string{v3, v2}
}

func dial(ctx context.Context, address Address) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", address.Socket)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(address.Socket, "@") {
		if err := checkPeer(conn.(*net.UnixConn)); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// checkPeer refuses the abstract socket of another user: no directory guards
// the name, and when the shim is gone anybody can listen there (CVE-2020-15257).
func checkPeer(conn *net.UnixConn) error {
	owner, err := peercred.Of(conn)
	if err != nil {
		return err
	}
	if owner.Uid != 0 && int(owner.Uid) != os.Geteuid() {
		return fmt.Errorf("it belongs to user %d", owner.Uid)
	}
	return nil
}

// parseState parses a StateResponse (containerd: api/runtime/task).
func parseState(message []byte) (Task, error) {
	task := Task{Status: Unknown}
	err := wire.Each(message, func(f wire.Field) error {
		switch f.Number {
		case 2:
			task.Bundle = string(f.Bytes)
		case 3:
			if f.Uint > 1<<31-1 {
				return fmt.Errorf("the PID %d is none", f.Uint)
			}
			task.PID = int(f.Uint)
		case 4:
			task.Status = newStatus(f.Uint)
		}
		return nil
	})
	return task, err
}

// newStatus names a value of the enum Status (containerd: api/types/task).
func newStatus(value uint64) Status {
	switch value {
	case 1:
		return Created
	case 2:
		return Running
	case 3:
		return Stopped
	case 4, 5: // pausing
		return Paused
	}
	return Unknown
}
