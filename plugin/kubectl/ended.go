package kubectl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// endedDeadline bounds the wait for a kubelet to say that a helper has ended.
const endedDeadline = 2 * time.Second

// ended returns the error of a session that did not begin because of err: where
// the helper has ended, what it said. The streams may not have that, since it
// can be over before anyone is attached to it.
func (a *app) ended(ctx context.Context, c *cluster, pod *corev1.Pod, err error) error {
	var silent *noHelloError
	if context.Cause(ctx) != nil || errors.As(err, &silent) || forbidden(err) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, endedDeadline)
	defer cancel()
	for {
		now, getErr := c.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
		if getErr != nil {
			a.debugf("no state of pod %s/%s: %v", pod.Namespace, pod.Name, getErr)
			return err
		}
		for _, state := range now.Status.ContainerStatuses {
			if over := state.State.Terminated; over != nil {
				return endError(now, over)
			}
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// endError has the helper's own words, which its kubelet took from its log.
func endError(pod *corev1.Pod, over *corev1.ContainerStateTerminated) error {
	f := &failure{
		err:  fmt.Errorf("the helper pod %s/%s on node %q ended with exit code %d: %s", pod.Namespace, pod.Name, pod.Spec.NodeName, over.ExitCode, over.Reason),
		code: exitFailed, hint: "does the node let it in? see kubectl sidestep doctor " + pod.Spec.NodeName + " --via ssh",
	}
	for line := range strings.Lines(over.Message) {
		line = strings.TrimSpace(line)
		if hint, ok := strings.CutPrefix(line, "sidestep: hint: "); ok {
			f.hint = hint
			continue
		}
		if line != "" {
			f.detail = append(f.detail, line)
		}
	}
	f.detail = f.detail[max(0, len(f.detail)-4):]
	return f
}
