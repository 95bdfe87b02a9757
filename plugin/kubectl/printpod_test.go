package kubectl

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// TestPrintPodDoesNothing: whatever the command, it prints the helper pods that
// it would make, one of each node, and reaches no node.
func TestPrintPodDoesNothing(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n2"), podOf("web-3", "n1"), nodeOf("n1"),
		podOf("down", "n3", func(pod *corev1.Pod) { pod.Status.ContainerStatuses[0] = corev1.ContainerStatus{Name: "c"} }))
	for _, test := range []struct {
		nodes string
		args  []string
	}{
		{"n1 n2", []string{"exec", "-l", "app=web", "--", "same"}},
		{"n1 n2", []string{"exec", "--all", "-o", "json", "--", "same"}},
		{"n1 n2 n3", []string{"ps"}},
		{"n1", []string{"ps", "web-1"}},
		{"n1", []string{"doctor", "node/n1"}},
		{"n2", []string{"ns", "web-2"}},
		{"n9", []string{"node", "n9"}},
	} {
		code := c.run(t, append([]string{test.args[0], "--print-pod"}, test.args[1:]...)...)
		var nodes []string
		for document := range strings.SplitSeq(c.out.String(), "---\n") {
			var pod corev1.Pod
			if err := yaml.UnmarshalStrict([]byte(document), &pod); err != nil {
				t.Fatalf("%v: %v: %q", test.args, err, document)
			}
			nodes = append(nodes, pod.Spec.NodeName)
		}
		if code != 0 || strings.Join(nodes, " ") != test.nodes || len(c.places) > 0 || len(c.node.starts) > 0 {
			t.Errorf("%v: exit code %d, pods for %v, reached %v, ran %v", test.args, code, nodes, c.places, c.node.starts)
		}
	}
	c.expectFailure(t, 125, "makes no helper pod", "leave --print-pod out", "cleanup", "--print-pod")
}
