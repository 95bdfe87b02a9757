package kubectl

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestCleanupSaysWhatIsLeft: what could not be deleted is not said to be.
func TestCleanupSaysWhatIsLeft(t *testing.T) {
	c := newCaller(t, podOf("sidestep-x", "n1", func(pod *corev1.Pod) { pod.Labels = map[string]string{managedBy: manager} }))
	c.forbid("delete", "pods")
	c.expectFailure(t, 125, `1 of 1 helper pods of namespace "shop" are left`, "kubectl sidestep rbac", "cleanup", "--all")
	if c.out.Len() > 0 || !strings.Contains(c.err.String(), "\n  sidestep-x: ") || left(t, c) != 1 {
		t.Errorf("%q, %q, %d pods", c.out.String(), c.err.String(), left(t, c))
	}
}
