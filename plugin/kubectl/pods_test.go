package kubectl

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestHealthyPodIsChosen: of the pods of TYPE/NAME one that serves is taken,
// whatever the others are called, and those that end are the last of many.
func TestHealthyPodIsChosen(t *testing.T) {
	web := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}},
	}
	ending := func(pod *corev1.Pod) {
		now := metav1.Now()
		pod.DeletionTimestamp, pod.Finalizers = &now, []string{"x/y"}
	}
	serving := func(pod *corev1.Pod) {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	}
	crashing := func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "c", State: corev1.ContainerState{
			Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"},
		}}}
	}
	pending := func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodPending }
	c := newCaller(t, web, podOf("a", "n1", ending, serving), podOf("b", "n1", pending), podOf("c", "n1", crashing),
		podOf("d", "n1"), podOf("e", "n1", serving), podOf("f", "n1", serving))
	if code := c.run(t, "exec", "deploy/web", "--", "name"); code != 0 || c.out.String() != "I am\ne" {
		t.Errorf("exit code %d, %q, %q", code, c.out.String(), c.err.String())
	}
	pods, err := c.cluster.pods(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	for _, pod := range pods {
		order += pod.Name
	}
	if order != "cdefba" {
		t.Errorf("the order of many is %s", order)
	}
}
