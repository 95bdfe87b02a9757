package resolver

import (
	"context"
	"errors"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// lookup is a container that was asked for by its ID: for its record and, if it
// may run, for its task at once.
type lookup struct {
	client *containerd.Client
	record *containerd.Answer[containerd.Record]
	task   *containerd.Answer[containerd.Task] // nil: that was not asked for
}

func askID(ctx context.Context, client *containerd.Client, namespace, id string, task bool) lookup {
	l := lookup{client: client}
	if task {
		l.task = client.AskTask(ctx, namespace, id)
	}
	l.record = client.AskRecord(ctx, namespace, id)
	return l
}

// wait waits for the record; the task is the candidate's. There is none when
// there is no such container.
func (l lookup) wait(ctx context.Context) ([]candidate, error) {
	record, err := l.record.Wait(ctx)
	if err != nil {
		l.dropTask()
		if errors.Is(err, containerd.ErrNotFound) {
			return nil, nil
		}
		return nil, err
	}
	c := fromRecord(l.client, record)
	c.match, c.task = byID, l.task
	return []candidate{c}, nil
}

// drop says that nobody will wait for the answers.
func (l lookup) drop() {
	l.record.Drop()
	l.dropTask()
}

func (l lookup) dropTask() {
	if l.task != nil {
		l.task.Drop()
	}
}

// withID looks an ID up in each of the namespaces, of which some were asked
// already: those are taken out of asked. The error is that of one of them: a
// daemon fails for one reason.
func withID(ctx context.Context, client *containerd.Client, namespaces []string, id string, asked map[string]lookup) ([]candidate, error) {
	var all []candidate
	var failed error
	for len(namespaces) > 0 {
		some := namespaces[:min(len(namespaces), namespacesAtOnce)]
		namespaces = namespaces[len(some):]
		lookups := make([]lookup, len(some))
		for i, name := range some {
			l, ok := asked[name]
			if !ok {
				l = askID(ctx, client, name, id, true)
			}
			delete(asked, name)
			lookups[i] = l
		}
		for _, l := range lookups {
			found, err := l.wait(ctx)
			all = append(all, found...)
			if err != nil {
				failed = err
			}
		}
	}
	return all, failed
}
