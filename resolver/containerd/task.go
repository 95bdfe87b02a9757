package containerd

import (
	"context"
	"fmt"

	tasksapi "github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/task"
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
	var t Task
	err := c.ask(ctx, namespace, fmt.Sprintf("the task of container %q", id), func(ctx context.Context) error {
		answer, err := tasksapi.NewTasksClient(c.conn).Get(ctx, &tasksapi.GetRequest{ContainerID: id})
		if err == nil {
			t = Task{PID: int(answer.GetProcess().GetPid()), Status: newStatus(answer.GetProcess().GetStatus())}
		}
		return err
	})
	return t, err
}

func newStatus(s task.Status) Status {
	switch s {
	case task.Status_CREATED:
		return Created
	case task.Status_RUNNING:
		return Running
	case task.Status_PAUSED, task.Status_PAUSING:
		return Paused
	case task.Status_STOPPED:
		return Stopped
	}
	return Unknown
}
