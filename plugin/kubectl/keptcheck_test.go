package kubectl

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestKeptOfAnother: a pod that has the name of a kept helper, and is not one, is
// not spoken with.
func TestKeptOfAnother(t *testing.T) {
	c := newCaller(t, nodeOf("n1"))
	c.run(t, "version", "--keep")
	helpersRun(c)
	attached := ""
	c.attaching(func(_ context.Context, _ *cluster, pod *corev1.Pod) (*nodeSession, error) {
		attached = pod.Name
		return &nodeSession{close: func() {}}, nil
	})
	call := func() error {
		s, err := c.overKept(t.Context(), c.cluster, place{node: "n1"})
		if err == nil {
			s.close()
		}
		return err
	}
	if err := call(); err != nil {
		t.Fatal(err)
	}
	pods, name := c.cluster.CoreV1().Pods("shop"), attached
	own, err := pods.Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*corev1.Pod){
		"node":    func(pod *corev1.Pod) { pod.Spec.NodeName = "n2" },
		"PIDs":    func(pod *corev1.Pod) { pod.Spec.HostPID = false },
		"owner":   func(pod *corev1.Pod) { delete(pod.Labels, ownerLabel) },
		"image":   func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "evil" },
		"command": func(pod *corev1.Pod) { pod.Spec.Containers[0].Command = []string{"/evil"} },
		"args":    func(pod *corev1.Pod) { pod.Spec.Containers[0].Args = []string{"evil"} },
		"mount": func(pod *corev1.Pod) {
			pod.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "v", MountPath: "/sidestep"}}
		},
		"name": func(pod *corev1.Pod) { pod.Spec.Containers[0].Name = "evil" },
	} {
		attached = ""
		other := own.DeepCopy()
		change(other)
		if _, err := pods.Update(t.Context(), other, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		f := &failure{}
		if err := call(); err != nil {
			f = explain(err)
		} else {
			t.Errorf("%s: no error", what)
			continue
		}
		if attached != "" || !strings.Contains(f.Error(), "shop/"+name) || !strings.Contains(f.hint, "--helper-namespace") || left(t, c) != 1 {
			t.Errorf("%s: attached to %q, %v, hint %q", what, attached, f, f.hint)
		}
	}
	if _, err := pods.Update(t.Context(), own, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := call(); err != nil || attached != name {
		t.Errorf("its own: %v, %q", err, attached)
	}
}

// TestKeptSaysWhereItStays: a helper that is kept beside other pods is a way to
// the node for more than its user.
func TestKeptSaysWhereItStays(t *testing.T) {
	for _, args := range [][]string{{"exec", "--keep", "web-1"}, {"exec", "--keep", "--helper-namespace", "shop", "web-1"}, {"exec", "web-1"}} {
		c := newCaller(t, nodeOf("n1"), podOf("web-1", "n1"))
		c.app.open = c.openSession
		helpersRun(c)
		c.attaching(func(context.Context, *cluster, *corev1.Pod) (*nodeSession, error) {
			c.open++
			return c.session(t), nil
		})
		want := 0
		if len(args) == 3 {
			want = 1
		}
		for range 2 { // the second call makes none
			code := c.run(t, append(args, "--", "same")...)
			if code != 0 || strings.Count(c.err.String(), "--helper-namespace") != want || strings.Count(c.err.String(), "\n") != want {
				t.Errorf("%v: exit code %d, %q", args, code, c.err.String())
			}
			want = 0
		}
	}
}
