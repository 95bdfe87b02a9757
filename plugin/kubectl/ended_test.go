package kubectl

import (
	"context"
	"io"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestHelperThatEnds: a helper that the node does not let do its work is quoted,
// though nobody was attached to it when it said so.
func TestHelperThatEnds(t *testing.T) {
	c := newCaller(t, nodeOf("n1"), podOf("web-1", "n1"))
	c.app.open = c.openSession
	over := corev1.ContainerStatus{Name: helperName, State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: 125, Reason: "Error",
		Message: "sidestep: error: join the host's namespaces: permission denied\nsidestep: hint: root lacks a capability here\n",
	}}}
	helpersRun(c)
	c.attaching(func(ctx context.Context, cl *cluster, pod *corev1.Pod) (*nodeSession, error) {
		pods := cl.CoreV1().Pods(pod.Namespace)
		pod = pod.DeepCopy()
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{over}
		if _, err := pods.Update(ctx, pod, metav1.UpdateOptions{}); err != nil {
			t.Error(err)
		}
		return nil, io.ErrUnexpectedEOF
	})
	code := c.run(t, "exec", "web-1", "--", "name")
	f := c.err.String()
	want := []string{"ended with exit code 125: Error\n", "\n  sidestep: error: join the host's namespaces: permission denied\n", "\nsidestep: hint: root lacks a capability here\n"}
	for _, text := range want {
		if code != 125 || !strings.Contains(f, text) {
			t.Errorf("exit code %d, %q is not in %q", code, text, f)
		}
	}
	if left(t, c) != 0 {
		t.Error("the pod is left")
	}
}
