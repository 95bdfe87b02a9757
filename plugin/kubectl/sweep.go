package kubectl

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const helperSelector = managedBy + "=" + manager

// sweep deletes helper pods that have ended: those of clients that were killed.
// Nobody waits for it, and without the permission it is not done.
func (a *app) sweep(ctx context.Context, c *cluster, namespace string) {
	ctx, cancel := c.ask(ctx)
	defer cancel()
	pods, err := c.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: helperSelector})
	if err != nil {
		return
	}
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp == nil && (pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed) {
			_ = c.CoreV1().Pods(namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &pod.UID}})
		}
	}
}
