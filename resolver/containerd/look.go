package containerd

import (
	"context"
	"sync/atomic"
)

// TaskAnswer is the answer for a task that was asked for and not waited for.
type TaskAnswer struct {
	pending *pending
	taken   atomic.Bool
}

// Look asks for the record of a container and for its task at once, and waits
// for the record only: a shim that hangs does not keep it. The error is that of
// Get.
func (c *Client) Look(ctx context.Context, namespace, id string) (Record, *TaskAnswer, error) {
	record := c.start(ctx, recordQuestion(namespace, id), false)
	defer record.end()
	// Who searches may be done before who asks for the task begins to wait.
	task := c.start(context.WithoutCancel(ctx), taskQuestion(namespace, id), false)
	message, err := record.next()
	var found Record
	if err == nil {
		found, err = readRecord(namespace, message)
	}
	if err != nil {
		task.end()
		return Record{}, nil, record.explain(err)
	}
	return found, &TaskAnswer{pending: task}, nil
}

// Take reports whether nobody has taken the answer before: it is told once.
func (a *TaskAnswer) Take() bool { return a != nil && !a.taken.Swap(true) }

// Wait waits for the answer, which was taken, until the deadline that it had
// when it was asked for. The result is that of Client.Task.
func (a *TaskAnswer) Wait(ctx context.Context) (Task, error) {
	p := a.pending
	defer p.end()
	p.ctx = ctx
	if deadline, ok := p.asking.Deadline(); ok {
		asking, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		p.asking = asking
	} else {
		p.asking = ctx
	}
	message, err := p.next()
	var t Task
	if err == nil {
		t, err = readTask(message)
	}
	return t, p.explain(err)
}
