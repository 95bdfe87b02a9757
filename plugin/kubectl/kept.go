package kubectl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// slots is how many helpers of one node one user keeps: as many as calls run at
// the same time. What one more call makes is not kept.
const slots = 4

// overKept reaches a node by a helper that was kept, or by a new one that is.
//
// One client at a time attaches to a helper, since bytes of two could not be
// told apart. So helpers belong to a user on a machine, and a lock there says
// which of them are in use: it ends with the process that holds it.
func (a *app) overKept(ctx context.Context, c *cluster, p place) (*nodeSession, error) {
	pod := a.helperPod(p, nil)
	pod.Namespace = a.helperNamespace(c)
	owner, name, unlock, err := claim(func(owner string, slot int) string {
		return keptName(owner, c.config.Host+" "+pod.Namespace, pod.Spec, slot)
	})
	if err != nil {
		return nil, fmt.Errorf("keep the helper pod: %w", err)
	}
	pod.Name = name
	pod.Labels[keepLabel], pod.Labels[ownerLabel] = "true", owner
	s, err := a.sessionOfKept(ctx, c, p, pod)
	if err != nil {
		unlock()
		return nil, err
	}
	leave, stop := s.close, a.guard(pod)
	s.close = func() {
		stop()
		leave()
		unlock()
	}
	return s, nil
}

// sessionOfKept begins a session with a helper that was kept, or a new one.
func (a *app) sessionOfKept(ctx context.Context, c *cluster, p place, pod *corev1.Pod) (*nodeSession, error) {
	var seen error
	s, err := a.attached(ctx, c, pod, func() error {
		seen = c.lookAtKept(ctx, pod)
		return seen
	})
	switch {
	case err == nil || context.Cause(ctx) != nil:
		return s, err
	case errors.Is(seen, errNoneKept):
	case seen != nil:
		return nil, seen
	default:
		a.debugf("no kept helper: %v", err)
		if err := a.discard(ctx, c, pod, err); err != nil {
			return nil, err
		}
	}
	return a.newKept(ctx, c, p, pod.DeepCopy())
}

// discard makes room for a new helper where the kept one cannot be attached to
// because of err. One that runs is not the reason, and a new one would not start
// either: then it is the error.
func (a *app) discard(ctx context.Context, c *cluster, pod *corev1.Pod, err error) error {
	ask, cancel := c.ask(ctx)
	defer cancel()
	old, getErr := c.CoreV1().Pods(pod.Namespace).Get(ask, pod.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(getErr):
		return nil
	case apierrors.IsForbidden(getErr):
		return fmt.Errorf("look at the kept helper pod: %w", getErr)
	case getErr != nil:
		return err
	case old.DeletionTimestamp == nil && old.Status.Phase == corev1.PodRunning:
		f := explain(err)
		if f.hint == noHint {
			f.hint = "does the node's kubelet or containerd hang? --via ssh needs neither; kubectl sidestep cleanup deletes the helper pod"
		}
		return f
	}
	if err := c.deletePod(pod.Namespace, pod.Name, orderly); err != nil {
		return err
	}
	return a.awaitGone(ctx, c, pod.Namespace, pod.Name)
}

// claim takes the first helper of this user that no other call uses.
func claim(name func(owner string, slot int) string) (owner, helper string, unlock func(), err error) {
	dir, err := cacheDir()
	if err != nil {
		return "", "", nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", "", nil, err
	}
	if owner, err = ownerID(dir); err != nil {
		return "", "", nil, err
	}
	for slot := range slots {
		helper = name(owner, slot)
		unlock, err = lockFile(lockOf(dir, helper))
		if err == nil || !errors.Is(err, errLocked) {
			return owner, helper, unlock, err
		}
	}
	return "", "", nil, fail("wait for one of them, or leave --keep out", "%d helpers of the node are in use", slots)
}

// lockOf returns the file whose lock the client of a kept helper has.
func lockOf(dir, helper string) string { return filepath.Join(dir, helper+".lock") }

var errLocked = errors.New("another call uses it")
