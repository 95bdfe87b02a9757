package kubectl

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// subject is what ps and doctor look at: a pod or a node.
type subject struct {
	pod  *corev1.Pod
	node string
}

// subject returns the pod of that name, or else the node.
func (c *cluster) subject(ctx context.Context, name string) (subject, error) {
	if node, ok := strings.CutPrefix(name, nodePrefix); ok {
		return subject{node: node}, nil
	}
	pod, err := c.pod(ctx, name)
	if err == nil {
		if pod.Spec.NodeName == "" {
			return subject{}, fail("see kubectl describe pod -n "+pod.Namespace+" "+pod.Name, "pod %s/%s is on no node yet", pod.Namespace, pod.Name)
		}
		return subject{pod: pod, node: pod.Spec.NodeName}, nil
	}
	if strings.Contains(name, "/") {
		return subject{}, err
	}
	ask, cancel := c.ask(ctx)
	defer cancel()
	_, nodeErr := c.CoreV1().Nodes().Get(ask, name, metav1.GetOptions{})
	switch {
	case nodeErr == nil:
		return subject{node: name}, nil
	case apierrors.IsForbidden(nodeErr): // nobody says whether it is one, unless the user does
		f := explain(err)
		f.hint += "; if it is a node, name it " + nodePrefix + name
		return subject{}, f
	}
	return subject{}, err
}
