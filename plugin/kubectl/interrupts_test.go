package kubectl

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// TestInterruptSaysWhatIsLeft: that nothing is, is said only where it is so.
func TestInterruptSaysWhatIsLeft(t *testing.T) {
	for name, test := range map[string]struct {
		forbidden bool
		args      []string
		hint      string
		left      int
	}{
		"deleted":   {false, nil, "sidestep: hint: nothing is left in the cluster\n", 0},
		"forbidden": {true, nil, "sidestep: hint: a helper pod is left: kubectl delete pod -n shop sidestep-", 1},
		"kept":      {false, []string{"--keep"}, "sidestep: hint: what was kept stays: kubectl sidestep cleanup deletes it\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCaller(t, nodeOf("n1"), podOf("web-1", "n1"))
			c.app.open = c.openSession
			if test.forbidden {
				c.forbid("delete", "pods")
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			kubelet(c, func(pod *corev1.Pod) {
				pod.Status.Phase = corev1.PodRunning
				pod.Status.ContainerStatuses = []corev1.ContainerStatus{running(helperName, "x")}
				time.AfterFunc(100*time.Millisecond, func() { cancel(&interrupted{os.Interrupt}) })
			})
			c.attaching(func(ctx context.Context, _ *cluster, _ *corev1.Pod) (*nodeSession, error) {
				<-ctx.Done()
				return nil, context.Cause(ctx)
			})
			root := c.root("kubectl-sidestep")
			root.SetArgs(append(test.args, "exec", "web-1", "--", "same"))
			code := c.report(root.ExecuteContext(ctx))
			if code != 130 || !strings.Contains(c.err.String(), test.hint) || left(t, c) != test.left {
				t.Errorf("exit code %d, %q, %d pods", code, c.err.String(), left(t, c))
			}
		})
	}
}
