package kubectl

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestReference: the node knows containers of CRI-O by their plain ID.
func TestReference(t *testing.T) {
	id := strings.Repeat("0a", 32)
	for written, want := range map[string]string{"cri-o://" + id: id, "containerd://" + id: "containerd://" + id, "docker://" + id: "docker://" + id} {
		c := newCaller(t, podOf("web-1", "n1", func(pod *corev1.Pod) { pod.Status.ContainerStatuses[0].ContainerID = written }))
		code := c.run(t, "exec", "web-1", "--", "same")
		if code != 0 || c.node.starts[0].Reference != want {
			t.Errorf("%s: exit code %d, %+v", written, code, c.node.starts)
		}
	}
}
