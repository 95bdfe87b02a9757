package kubectl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
)

const (
	// quietStart is how long a pod may take to start before the user is told.
	quietStart = 2 * time.Second
	// deleteDeadline bounds the deletion of a pod.
	deleteDeadline = 10 * time.Second
	// eventsDeadline bounds the look at the events of a pod that does not start.
	eventsDeadline = 3 * time.Second
)

// createPod makes a helper pod and waits until it runs. When that fails, the
// pod is deleted.
func (a *app) createPod(ctx context.Context, c *cluster, pod *corev1.Pod) error {
	began := time.Now()
	create, cancel := c.ask(ctx)
	defer cancel()
	created, err := c.CoreV1().Pods(pod.Namespace).Create(create, pod, metav1.CreateOptions{})
	if err != nil {
		// It may have been made although the answer did not come.
		if !refused(err) {
			a.deletePod(c, pod.Namespace, pod.Name, never)
		}
		return createError(pod, err)
	}
	a.debugf("pod %s/%s is created on %s", pod.Namespace, pod.Name, pod.Spec.NodeName)
	if err := a.awaitRunning(ctx, c, created); err != nil {
		a.deletePod(c, pod.Namespace, pod.Name, never)
		return err
	}
	a.debugf("pod %s/%s runs after %s", pod.Namespace, pod.Name, time.Since(began).Round(time.Millisecond))
	return nil
}

// refused reports whether the cluster has decided not to make a pod.
func refused(err error) bool {
	var answer apierrors.APIStatus
	return errors.As(err, &answer) && !apierrors.IsTimeout(err) && !apierrors.IsServerTimeout(err) && !apierrors.IsInternalError(err)
}

func createError(pod *corev1.Pod, err error) error {
	err = fmt.Errorf("create the helper pod in namespace %q: %w", pod.Namespace, err)
	if apierrors.IsNotFound(err) {
		return fail("see kubectl get namespaces, or name another one with --helper-namespace", "%w", err)
	}
	return err
}

// How long a helper pod may take to end once it is deleted, in seconds. One
// that never ran is not waited for: it would be there for as long as its node
// does not answer. A kubelet that started it nevertheless ends it.
const (
	orderly int64 = 1
	never   int64 = 0
)

// deletePod deletes a helper pod, whatever became of the call, and says so when
// it is left.
func (a *app) deletePod(c *cluster, namespace, name string, grace int64) {
	if err := c.deletePod(namespace, name, grace); err != nil {
		a.note("the helper pod is left: kubectl delete pod -n %s %s (%v)", namespace, name, err)
		a.leftovers.add(namespace, name)
		return
	}
	a.debugf("pod %s/%s is deleted", namespace, name)
}

// deletePod deletes a pod. One that is gone is no error.
func (c *cluster) deletePod(namespace, name string, grace int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), deleteDeadline)
	defer cancel()
	err := c.CoreV1().Pods(namespace).Delete(ctx, name, metav1.DeleteOptions{GracePeriodSeconds: &grace})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete the helper pod: %w", err)
	}
	return nil
}

// awaitRunning waits until the helper runs, and says what it waits for.
func (a *app) awaitRunning(ctx context.Context, c *cluster, pod *corev1.Pod) error {
	ctx, cancel := context.WithTimeoutCause(ctx, a.options.runningTimeout, errNotRunning)
	defer cancel()
	tell := time.NewTimer(quietStart)
	defer tell.Stop()
	said := ""
	for {
		watcher, err := c.CoreV1().Pods(pod.Namespace).Watch(ctx, metav1.ListOptions{
			FieldSelector:   fields.OneTermEqualSelector("metadata.name", pod.Name).String(),
			ResourceVersion: pod.ResourceVersion,
		})
		if err != nil {
			if errors.Is(context.Cause(ctx), errNotRunning) {
				return a.notRunning(c, pod, fmt.Sprintf("does not run after %s", a.options.runningTimeout))
			}
			return fmt.Errorf("wait for pod %s/%s: %w", pod.Namespace, pod.Name, err)
		}
		seen, err := a.follow(ctx, c, pod, watcher, tell, &said)
		watcher.Stop()
		if seen || err != nil {
			return err
		}
		// The cluster ended the watch: see what has happened meanwhile.
		if pod, err = c.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{}); err != nil {
			return fmt.Errorf("look at the helper pod: %w", err)
		}
	}
}

var errNotRunning = errors.New("the helper pod does not run")

// follow looks at each change of the pod. It reports whether the pod runs; it
// does not when the watch has ended.
func (a *app) follow(ctx context.Context, c *cluster, pod *corev1.Pod, watcher watch.Interface, tell *time.Timer, said *string) (bool, error) {
	late := false
	for {
		doing, runs, broken := progress(pod)
		switch {
		case runs:
			return true, nil
		case broken:
			return false, a.notRunning(c, pod, "does not start: "+doing)
		case late && doing != *said:
			*said = doing
			a.note("pod %s/%s on %s: %s", pod.Namespace, pod.Name, pod.Spec.NodeName, doing)
		}
		select {
		case <-ctx.Done():
			cause := context.Cause(ctx)
			if errors.Is(cause, errNotRunning) {
				return false, a.notRunning(c, pod, fmt.Sprintf("does not run after %s: %s", a.options.runningTimeout, doing))
			}
			return false, cause
		case <-tell.C:
			late = true
		case event, ok := <-watcher.ResultChan():
			switch next, isPod := event.Object.(*corev1.Pod); {
			case !ok || event.Type == watch.Error:
				return false, nil
			case event.Type == watch.Deleted:
				return false, fail("see kubectl get events, and whether the node is healthy",
					"the helper pod %s/%s was deleted before it ran", pod.Namespace, pod.Name)
			case isPod:
				pod = next
			}
		}
	}
}

// hopeless are the reasons of a waiting container that time does not cure.
var hopeless = []string{
	"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ErrImageInspect",
	"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "StartError",
}

// progress says how far a helper pod is.
func progress(pod *corev1.Pod) (doing string, runs, broken bool) {
	if pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded {
		doing = strings.TrimSpace(pod.Status.Reason + " " + pod.Status.Message)
		for _, state := range pod.Status.ContainerStatuses {
			if ended := state.State.Terminated; ended != nil {
				doing = strings.TrimSpace(fmt.Sprintf("it ended with exit code %d: %s %s", ended.ExitCode, ended.Reason, ended.Message))
			}
		}
		return doing, false, true
	}
	for _, state := range pod.Status.ContainerStatuses {
		switch {
		case state.State.Running != nil:
			return "running", true, false
		case state.State.Terminated != nil:
			ended := state.State.Terminated
			return strings.TrimSpace(ended.Reason + ": " + ended.Message), false, true
		case state.State.Waiting != nil:
			waiting := state.State.Waiting
			doing = strings.TrimSuffix(waiting.Reason+": "+waiting.Message, ": ")
			for _, reason := range hopeless {
				broken = broken || waiting.Reason == reason
			}
			return doing, false, broken
		}
	}
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			return condition.Message, false, false
		}
	}
	return "the node's kubelet has not answered yet", false, false
}

// notRunning is a helper that does not start, with what its events say.
func (a *app) notRunning(c *cluster, pod *corev1.Pod, why string) error {
	f := &failure{
		err:  fmt.Errorf("the helper pod %s/%s on node %q %s", pod.Namespace, pod.Name, pod.Spec.NodeName, why),
		code: exitFailed, hint: "is the node healthy? see kubectl describe node " + pod.Spec.NodeName + "; --via ssh needs no pod",
	}
	if strings.Contains(why, "Image") {
		f.hint = "name an image that the node has or can pull: --image or SIDESTEP_IMAGE; " +
			"or bring it there: --image-archive FILE (over ssh)"
	}
	f.detail = a.warnings(c, pod)
	return f
}

// warnings returns what the events of a pod warn of. They come on another way
// than its state, and may come later.
func (a *app) warnings(c *cluster, pod *corev1.Pod) []string {
	ctx, cancel := context.WithTimeout(context.Background(), eventsDeadline)
	defer cancel()
	var found []string
	for try := 0; try < 3 && len(found) == 0; try++ {
		if try > 0 {
			time.Sleep(300 * time.Millisecond)
		}
		events, err := c.CoreV1().Events(pod.Namespace).List(ctx, metav1.ListOptions{
			FieldSelector: fields.OneTermEqualSelector("involvedObject.name", pod.Name).String(),
		})
		if err != nil {
			a.debugf("no events of the pod: %v", err)
			return nil
		}
		for _, event := range events.Items {
			if event.InvolvedObject.UID == pod.UID && event.Type != corev1.EventTypeNormal {
				found = append(found, event.Reason+": "+event.Message)
			}
		}
	}
	return found
}
