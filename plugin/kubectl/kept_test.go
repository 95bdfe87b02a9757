package kubectl

import (
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8stesting "k8s.io/client-go/testing"
)

// TestKept: a helper that is there is used, one that has ended is made anew, and
// one that runs and does not answer is an error at once.
func TestKept(t *testing.T) {
	c := newCaller(t, nodeOf("n1"))
	c.run(t, "version", "--keep")
	helpersRun(c)
	created := func() int {
		n := 0
		client, _ := c.cluster.Interface.(interface{ Actions() []k8stesting.Action })
		for _, action := range client.Actions() {
			if action.Matches("create", "pods") {
				n++
			}
		}
		return n
	}
	var names []string
	c.attaching(func(ctx context.Context, cl *cluster, pod *corev1.Pod) (*nodeSession, error) {
		names = append(names, pod.Name)
		found, err := cl.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		if found.Status.Phase != corev1.PodRunning {
			return nil, errors.New("container is not running")
		}
		return &nodeSession{close: func() {}}, nil
	})
	call := func() error {
		s, err := c.overKept(t.Context(), c.cluster, place{node: "n1"})
		if err == nil {
			s.close()
		}
		return err
	}
	for range 3 {
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	if created() != 1 || names[0] != names[len(names)-1] {
		t.Errorf("%d helpers were made for three calls: %v", created(), names)
	}
	pods := c.cluster.CoreV1().Pods("shop")
	ended, err := pods.Get(t.Context(), names[0], metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ended.Status.Phase = corev1.PodFailed
	if _, err := pods.Update(t.Context(), ended, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := call(); err != nil || created() != 2 {
		t.Errorf("after its end: %v, %d made", err, created())
	}
	c.attaching(func(context.Context, *cluster, *corev1.Pod) (*nodeSession, error) {
		return nil, &noHelloError{keptDeadline}
	})
	f := explain(call())
	if !strings.Contains(f.Error(), "did not answer in 5s") || !strings.Contains(f.hint, "--via ssh") || left(t, c) != 1 || created() != 2 {
		t.Errorf("one that is silent: %v, hint %q", f, f.hint)
	}
}
