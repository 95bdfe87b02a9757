package kubectl

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// goneDeadline bounds the wait for the end of a helper that does not answer.
const goneDeadline = 20 * time.Second

// newKept makes a helper that stays.
func (a *app) newKept(ctx context.Context, c *cluster, p place, pod *corev1.Pod) (*nodeSession, error) {
	node, err := c.node(ctx, p.node)
	if err != nil {
		return nil, err
	}
	if node != nil {
		pod.OwnerReferences = a.helperPod(p, node).OwnerReferences
	}
	if err := a.createPod(ctx, c, pod); err != nil {
		return nil, err
	}
	go a.sweep(ctx, c, pod.Namespace)
	s, err := a.attached(ctx, c, pod, nil)
	if err != nil {
		err = a.ended(ctx, c, pod, err)
		a.deletePod(c, pod.Namespace, pod.Name, orderly)
		return nil, err
	}
	if a.options.helperNamespace == "" {
		a.note("the helper pod stays: whoever may exec into or attach to pods of namespace %s is root on node %s meanwhile; --helper-namespace names another",
			pod.Namespace, p.node)
	}
	a.debugf("the helper pod %s/%s is kept: kubectl sidestep cleanup removes it", pod.Namespace, pod.Name)
	return s, nil
}

// awaitGone waits until a pod that was deleted is gone.
func (a *app) awaitGone(ctx context.Context, c *cluster, namespace, name string) error {
	deadline := time.Now().Add(goneDeadline)
	for {
		get, cancel := c.ask(ctx)
		_, err := c.CoreV1().Pods(namespace).Get(get, name, metav1.GetOptions{})
		cancel()
		switch {
		case apierrors.IsNotFound(err):
			return nil
		case err != nil:
			return fmt.Errorf("look at the helper pod: %w", err)
		case time.Now().After(deadline):
			return fail("delete it: kubectl delete pod --force -n "+namespace+" "+name,
				"the kept helper pod %s/%s does not answer, and is not gone %s after its deletion", namespace, name, goneDeadline)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
