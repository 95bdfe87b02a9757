package kubectl

import (
	"context"
	"sync"
)

// nodes are sessions with many nodes, one with each, made when it is first
// needed.
type nodes struct {
	app     *app
	cluster *cluster
	places  map[string]*place

	mu       sync.Mutex
	sessions map[string]*reached
}

type reached struct {
	once    sync.Once
	session *nodeSession
	err     error
}

func (n *nodes) session(ctx context.Context, node string) (*nodeSession, error) {
	n.mu.Lock()
	r := n.sessions[node]
	if r == nil {
		r = &reached{}
		n.sessions[node] = r
	}
	n.mu.Unlock()
	r.once.Do(func() { r.session, r.err = n.app.open(ctx, n.cluster, *n.places[node]) })
	return r.session, r.err
}

// close ends all sessions, at the same time: each deletes a pod.
func (n *nodes) close() {
	var wait sync.WaitGroup
	for _, r := range n.sessions {
		if r.session != nil {
			wait.Go(r.session.close)
		}
	}
	wait.Wait()
}
