package kubectl

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// answerDeadline is how long the cluster may take to answer one question,
// unless --request-timeout says otherwise.
const answerDeadline = 30 * time.Second

// cluster is what kubectl's flags and files name.
type cluster struct {
	kubernetes.Interface
	config    *rest.Config
	namespace string
	timeout   time.Duration
}

// connectCluster reads kubectl's flags and files. Nothing is asked yet.
func (a *app) connectCluster() (*cluster, error) {
	config, err := a.kube.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	namespace, _, err := a.kube.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	c := &cluster{config: config, namespace: namespace, timeout: config.Timeout}
	if c.timeout == 0 {
		c.timeout = answerDeadline
	}
	// A fan-out asks much at once, and client-go's own limit is for controllers.
	config.QPS, config.Burst = 50, 100
	config.Timeout = 0 // it would end attached streams too
	config.UserAgent = "kubectl-sidestep/" + buildVersion()
	if c.Interface, err = kubernetes.NewForConfig(config); err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	return c, nil
}

// ask bounds one question to the cluster.
func (c *cluster) ask(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.timeout)
}

// node returns a node, or nil when the user may not look at nodes.
func (c *cluster) node(ctx context.Context, name string) (*corev1.Node, error) {
	ctx, cancel := c.ask(ctx)
	defer cancel()
	node, err := c.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsForbidden(err):
		return nil, nil //nolint:nilnil // the cluster tells later whether it exists
	case apierrors.IsNotFound(err):
		return nil, fail("see kubectl get nodes", "there is no node %q", name)
	case err != nil:
		return nil, fmt.Errorf("look at node %q: %w", name, err)
	}
	return node, nil
}

// ready reports whether a node's kubelet was heard of lately.
func ready(node *corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}
