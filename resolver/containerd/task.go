package containerd

import (
	"context"
	"fmt"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

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
	PID    int // in the daemon's PID namespace
	Status Status
}

// Known reports whether the answer says anything: containerd 1.6 answers
// without an error, with PID 0 and an unknown status, for a shim that has not
// answered in 2 s.
func (t Task) Known() bool { return t.PID > 0 && t.Status != Unknown }

// Task asks for the task of a container. containerd asks the container's
// shim. The error wraps ErrNotFound when the container has no task. An answer
// without an error may still be no answer, see Known.
func (c *Client) Task(ctx context.Context, namespace, id string) (Task, error) {
	return c.AskTask(ctx, namespace, id).Wait(ctx)
}

// AskTask asks for what Task returns.
func (c *Client) AskTask(ctx context.Context, namespace, id string) *Answer[Task] {
	q := question{
		what: fmt.Sprintf("the task of container %q", id), method: "/containerd.services.tasks.v1.Tasks/Get",
		namespace: namespace, request: wire.AppendString(nil, 1, id),
	}
	return askFor(ctx, c, q, readTask)
}
