package kubectl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

const (
	// pingInterval is how often a kept helper hears of its client.
	pingInterval = 500 * time.Millisecond
	// leaveDeadline bounds the wait until the node has heard of the end.
	leaveDeadline = time.Second
	// helloDeadline bounds the first answer of a sidestep that runs.
	helloDeadline = 10 * time.Second
	// keptDeadline bounds it where a helper runs since long.
	keptDeadline = 5 * time.Second
)

// nodeSession is a session with a node.
type nodeSession struct {
	*client.Node
	close func()
}

// openSession reaches a node: by a helper pod, or by ssh when that is asked for
// or is set up and the pod fails.
func (a *app) openSession(ctx context.Context, c *cluster, p place) (*nodeSession, error) {
	if a.options.via == viaSSH {
		return a.overSSH(ctx, p.node)
	}
	s, err := a.overPod(ctx, c, p)
	if err == nil || a.options.via == viaPod || os.Getenv(sshVariable) == "" || context.Cause(ctx) != nil {
		return s, err
	}
	a.note("no helper pod: %v; using ssh %s", err, p.node)
	s, sshErr := a.overSSH(ctx, p.node)
	if sshErr != nil {
		f := explain(err)
		f.detail = append(f.detail, "and by ssh: "+sshErr.Error())
		return nil, f
	}
	return s, nil
}

// overPod reaches a node by a helper pod.
func (a *app) overPod(ctx context.Context, c *cluster, p place) (*nodeSession, error) {
	if a.options.image == "" {
		return nil, fail("name it with --image or SIDESTEP_IMAGE; hack/image builds it", "no image of the helper pod is named, and this build has none built in")
	}
	if a.options.archive != "" {
		if err := a.importArchive(ctx, p.node); err != nil {
			return nil, err
		}
	}
	if a.options.keep {
		return a.overKept(ctx, c, p)
	}
	node, err := c.node(ctx, p.node)
	if err != nil {
		return nil, err
	}
	pod := a.helperPod(p, node)
	pod.Namespace, pod.Name = a.helperNamespace(c), newName()
	if node != nil && !ready(node) {
		a.note("node %s is not ready: the helper pod may not start", p.node)
	}
	if err := a.createPod(ctx, c, pod); err != nil {
		return nil, err
	}
	s, err := a.attached(ctx, c, pod, nil)
	if err != nil {
		err = a.ended(ctx, c, pod, err)
		a.deletePod(c, pod.Namespace, pod.Name, orderly)
		return nil, err
	}
	go a.sweep(ctx, c, pod.Namespace)
	leave := s.close
	s.close = func() {
		leave()
		a.deletePod(c, pod.Namespace, pod.Name, orderly)
	}
	return s, nil
}

// attachSession attaches to a helper that runs. The connection is made while look,
// unless it is nil, finds out whether the helper is to be spoken with.
func (a *app) attachSession(ctx context.Context, c *cluster, pod *corev1.Pod, look func() error) (*nodeSession, error) {
	// It is ended by its own close, so that a session that is interrupted can
	// still tell the node.
	l, err := c.attach(context.WithoutCancel(ctx), pod.Namespace, pod.Name)
	if err != nil {
		return nil, err
	}
	if look != nil {
		if err := look(); err != nil {
			l.close()
			return nil, err
		}
	}
	interval, deadline := time.Duration(0), helloDeadline
	if a.options.keep {
		interval, deadline = pingInterval, keptDeadline
	}
	ctx, cancel := context.WithTimeoutCause(ctx, deadline, &noHelloError{deadline})
	defer cancel()
	s, err := a.hello(ctx, l, interval)
	if err != nil {
		return nil, err
	}
	a.debugf("attached to pod %s/%s: sidestep %s on %s answers", pod.Namespace, pod.Name, s.Version, s.Host)
	return s, nil
}

// hello begins a session over a link, which is closed when that fails.
func (a *app) hello(ctx context.Context, l *link, interval time.Duration) (*nodeSession, error) {
	// What waits for a network that takes no bytes ends with the link only.
	stop := context.AfterFunc(ctx, l.close)
	conn, err := tunnel.Dial(ctx, l.in, l.out, interval)
	var node *client.Node
	if err == nil {
		node, err = client.New(ctx, conn, buildVersion(), a.options.reason)
	}
	if !stop() {
		err = context.Cause(ctx)
	}
	if err != nil {
		l.close()
		var silent *noHelloError
		if lines := l.stderr.lines(); len(lines) > 0 && !errors.As(err, &silent) {
			f := explain(err)
			f.detail = append(f.detail, lines...)
			return nil, f
		}
		return nil, fmt.Errorf("speak with the node's sidestep: %w", err)
	}
	if node.Version != buildVersion() {
		a.debugf("this is sidestep %s, the node's is %s", buildVersion(), node.Version)
	}
	return &nodeSession{Node: node, close: func() {
		left := make(chan struct{})
		go func() {
			defer close(left)
			node.Close()
			<-conn.Left()
		}()
		select {
		case <-left:
		case <-time.After(leaveDeadline): // the network may take no bytes, or bring none
		}
		l.close()
	}}, nil
}

// noHelloError says that nothing answered.
type noHelloError struct{ after time.Duration }

func (e *noHelloError) Error() string { return fmt.Sprintf("it did not answer in %s", e.after) }
