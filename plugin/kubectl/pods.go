package kubectl

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// pod returns the pod that a user names: POD, pod/POD, or TYPE/NAME of what has
// pods, of which one that is ready is taken before the others, as by kubectl.
func (c *cluster) pod(ctx context.Context, name string) (*corev1.Pod, error) {
	ctx, cancel := c.ask(ctx)
	defer cancel()
	kind, rest, typed := strings.Cut(name, "/")
	if !typed {
		kind, rest = "pod", name
	}
	if rest == "" || strings.Contains(rest, "/") {
		return nil, fail("name a POD, or TYPE/NAME such as deployment/web", "%q names no pod", name)
	}
	if kindOf(kind) == "pods" {
		pod, err := c.CoreV1().Pods(c.namespace).Get(ctx, rest, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil, fail("see kubectl get pods -n "+c.namespace, "there is no pod %q in namespace %q", rest, c.namespace)
		}
		if err != nil {
			return nil, fmt.Errorf("look at pod %s/%s: %w", c.namespace, rest, err)
		}
		return pod, nil
	}
	selector, err := c.selector(ctx, kind, rest)
	if apierrors.IsNotFound(err) {
		return nil, fail(fmt.Sprintf("see kubectl get %s -n %s", kind, c.namespace), "there is no %s in namespace %q", name, c.namespace)
	}
	if err != nil {
		return nil, err
	}
	pods, err := c.pods(ctx, selector)
	if err != nil {
		return nil, err
	}
	if len(pods) == 0 {
		return nil, fail(fmt.Sprintf("see kubectl describe %s -n %s", name, c.namespace), "no pod of %s runs", name)
	}
	for i := range pods {
		if pods[i].DeletionTimestamp == nil && isReady(&pods[i]) {
			return &pods[i], nil
		}
	}
	return &pods[0], nil
}

func isReady(pod *corev1.Pod) bool {
	return slices.ContainsFunc(pod.Status.Conditions, func(condition corev1.PodCondition) bool {
		return condition.Type == corev1.PodReady && condition.Status == corev1.ConditionTrue
	})
}

// selector returns what selects the pods of something.
func (c *cluster) selector(ctx context.Context, kind, name string) (string, error) {
	get := metav1.GetOptions{}
	of := func(selector *metav1.LabelSelector, err error) (string, error) {
		if err != nil {
			return "", err
		}
		s, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil {
			return "", fmt.Errorf("read the selector of %s/%s: %w", kind, name, err)
		}
		return s.String(), nil
	}
	switch kindOf(kind) {
	case "deployments":
		o, err := c.AppsV1().Deployments(c.namespace).Get(ctx, name, get)
		return of(o.Spec.Selector, err)
	case "replicasets":
		o, err := c.AppsV1().ReplicaSets(c.namespace).Get(ctx, name, get)
		return of(o.Spec.Selector, err)
	case "statefulsets":
		o, err := c.AppsV1().StatefulSets(c.namespace).Get(ctx, name, get)
		return of(o.Spec.Selector, err)
	case "daemonsets":
		o, err := c.AppsV1().DaemonSets(c.namespace).Get(ctx, name, get)
		return of(o.Spec.Selector, err)
	case "jobs":
		o, err := c.BatchV1().Jobs(c.namespace).Get(ctx, name, get)
		return of(o.Spec.Selector, err)
	case "replicationcontrollers":
		o, err := c.CoreV1().ReplicationControllers(c.namespace).Get(ctx, name, get)
		return labels.SelectorFromSet(o.Spec.Selector).String(), err
	case "services":
		o, err := c.CoreV1().Services(c.namespace).Get(ctx, name, get)
		if err == nil && len(o.Spec.Selector) == 0 {
			err = fail("name a pod of it", "service %q selects no pods", name)
		}
		return labels.SelectorFromSet(o.Spec.Selector).String(), err
	}
	return "", fail("TYPE is pod, deployment, replicaset, statefulset, daemonset, job, replicationcontroller or service",
		"%q has no pods that are known how to find", kind)
}

// pods returns the pods that run and that a selector selects, by name; those that
// have yet to run come after them, and those that are being deleted last.
func (c *cluster) pods(ctx context.Context, selector string) ([]corev1.Pod, error) {
	ctx, cancel := c.ask(ctx)
	defer cancel()
	list, err := c.CoreV1().Pods(c.namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, fmt.Errorf("list the pods of namespace %q: %w", c.namespace, err)
	}
	var running []corev1.Pod
	for _, pod := range list.Items {
		if pod.Status.Phase != corev1.PodSucceeded && pod.Status.Phase != corev1.PodFailed && pod.Spec.NodeName != "" &&
			pod.Labels[managedBy] != manager {
			running = append(running, pod)
		}
	}
	sort.SliceStable(running, func(i, j int) bool {
		a, b := &running[i], &running[j]
		if aEnds, bEnds := a.DeletionTimestamp != nil, b.DeletionTimestamp != nil; aEnds != bEnds {
			return bEnds
		}
		if aRuns, bRuns := a.Status.Phase == corev1.PodRunning, b.Status.Phase == corev1.PodRunning; aRuns != bRuns {
			return aRuns
		}
		return a.Name < b.Name
	})
	return running, nil
}
