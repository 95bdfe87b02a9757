package kubectl

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
	"sigs.k8s.io/yaml"
)

func TestPrintPod(t *testing.T) {
	c := newCaller(t, many())
	if code := c.run(t, "exec", "many", "--print-pod", "--reason", "drill", "--deadline", "10m", "--address", "/c.sock", "--", "secret"); code != 0 {
		t.Fatalf("exit code %d, %s", code, c.err.String())
	}
	if strings.Contains(c.out.String(), "secret") || len(c.places) > 0 {
		t.Errorf("the pod tells the command, or something was done:\n%s", c.out.String())
	}
	var pod corev1.Pod
	if err := yaml.UnmarshalStrict(c.out.Bytes(), &pod); err != nil {
		t.Fatal(err)
	}
	s, h := pod.Spec, pod.Spec.Containers[0]
	for what, ok := range map[string]bool{
		"node":        s.NodeName == "n1" && s.HostPID,
		"deadline":    *s.ActiveDeadlineSeconds == 600,
		"token":       !*s.AutomountServiceAccountToken && !*s.EnableServiceLinks,
		"volumes":     len(s.Volumes) == 0 && len(h.VolumeMounts) == 0,
		"tolerations": len(s.Tolerations) == 1 && s.Tolerations[0].Operator == corev1.TolerationOpExists && s.Tolerations[0].Key == "",
		"stdin":       h.Stdin && h.StdinOnce && !h.TTY,
		"command":     strings.Join(h.Command, " ") == "/sidestep --address /c.sock serve --stdio --host",
		"privileges":  !*h.SecurityContext.Privileged && h.SecurityContext.Capabilities.Drop[0] == "ALL",
		"resources":   len(h.Resources.Requests) == 2 && len(h.Resources.Limits) == 2,
		"annotations": pod.Annotations[reasonAnnotation] == "drill" && pod.Labels[managedBy] == manager,
		"image":       h.Image == "registry.example/sidestep@sha256:abc",
	} {
		if !ok {
			t.Errorf("%s:\n%s", what, c.out.String())
		}
	}
	c.run(t, "node", "n1", "--print-pod", "--keep")
	if !strings.Contains(c.out.String(), "privileged: true") || strings.Contains(c.out.String(), "stdinOnce") {
		t.Errorf("for a node:\n%s", c.out.String())
	}
}

// kubelet changes each pod that is created as a kubelet would.
func kubelet(c *caller, change func(*corev1.Pod)) {
	client, _ := c.cluster.Interface.(*fake.Clientset)
	client.PrependReactor("create", "pods", func(action k8stesting.Action) (bool, runtime.Object, error) {
		pod, _ := action.(k8stesting.CreateAction).GetObject().(*corev1.Pod)
		pods, name := client.CoreV1().Pods(pod.Namespace), pod.Name
		time.AfterFunc(50*time.Millisecond, func() {
			next, err := pods.Get(context.Background(), name, metav1.GetOptions{})
			if err != nil {
				return // deleted
			}
			change(next)
			_, _ = pods.Update(context.Background(), next, metav1.UpdateOptions{})
		})
		return false, nil, nil
	})
}

// helpersRun lets each helper pod that is created run.
func helpersRun(c *caller) {
	kubelet(c, func(pod *corev1.Pod) {
		pod.Status.Phase = corev1.PodRunning
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{running(helperName, "x")}
	})
}

func create(t *testing.T, c *caller) error {
	t.Helper()
	pod := c.helperPod(place{node: "n1"}, nil)
	pod.Namespace, pod.Name, pod.UID = "shop", newName(), "helper-uid"
	return c.createPod(t.Context(), c.cluster, pod)
}

func left(t *testing.T, c *caller) int {
	t.Helper()
	pods, err := c.cluster.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{LabelSelector: helperSelector})
	if err != nil {
		t.Fatal(err)
	}
	return len(pods.Items)
}

func TestPodThatRuns(t *testing.T) {
	c := newCaller(t)
	c.run(t, "version") // reads the flags
	kubelet(c, func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{running(helperName, "x")}
	})
	if err := create(t, c); err != nil {
		t.Error(err)
	}
	if left(t, c) != 1 {
		t.Error("the pod is not there")
	}
}

func TestPodThatDoesNotRun(t *testing.T) {
	waiting := func(reason, message string) func(*corev1.Pod) {
		return func(pod *corev1.Pod) {
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{
				Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message},
			}}}
		}
	}
	for name, test := range map[string]struct {
		change     func(*corev1.Pod)
		text, hint string
	}{
		"image":   {waiting("ErrImagePull", "no such host"), "no such host", "--image"},
		"slow":    {waiting("ContainerCreating", ""), "does not run after 300ms: ContainerCreating", "kubectl describe node"},
		"evicted": {func(pod *corev1.Pod) { pod.Status.Phase, pod.Status.Reason = corev1.PodFailed, "Evicted" }, "Evicted", "kubectl describe node"},
		"ended": {func(pod *corev1.Pod) {
			pod.Status.Phase = corev1.PodFailed
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{State: corev1.ContainerState{
				Terminated: &corev1.ContainerStateTerminated{ExitCode: 125, Message: "sidestep: error: no host"},
			}}}
		}, "no host", "kubectl describe node"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCaller(t)
			timeout := "30s"
			if name == "slow" {
				timeout = "300ms"
			}
			c.run(t, "version", "--pod-running-timeout", timeout)
			event := &corev1.Event{
				ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "e"}, Type: corev1.EventTypeWarning, Reason: "Failed", Message: "it says why",
				InvolvedObject: corev1.ObjectReference{UID: "helper-uid"},
			}
			if _, err := c.cluster.CoreV1().Events("shop").Create(t.Context(), event, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			kubelet(c, test.change)
			f := explain(create(t, c))
			if !strings.Contains(f.Error(), test.text) || !strings.Contains(f.hint, test.hint) || f.code != 125 ||
				len(f.detail) != 1 || f.detail[0] != "Failed: it says why" {
				t.Errorf("%v, hint %q, detail %q", f, f.hint, f.detail)
			}
			if left(t, c) != 0 {
				t.Error("the pod is left")
			}
		})
	}
}

func TestPodThatIsRefused(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	for _, test := range []struct {
		err  error
		hint string
	}{
		{apierrors.NewForbidden(pods, "x", errors.New(`violates PodSecurity "baseline:latest": host namespaces`)), "--helper-namespace"},
		{apierrors.NewForbidden(pods, "x", errors.New("User cannot create resource")), "kubectl sidestep rbac"},
		{apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "shop"), "kubectl get namespaces"},
	} {
		c := newCaller(t)
		client, _ := c.cluster.Interface.(*fake.Clientset)
		client.PrependReactor("create", "pods", func(k8stesting.Action) (bool, runtime.Object, error) { return true, nil, test.err })
		f := explain(create(t, c))
		if f.code != 125 || !strings.Contains(f.hint, test.hint) {
			t.Errorf("%v: hint %q", f, f.hint)
		}
	}
}

// TestPodIsDeletedWhenInterrupted: between its creation and its run.
func TestPodIsDeletedWhenInterrupted(t *testing.T) {
	c := newCaller(t)
	c.run(t, "version")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(100*time.Millisecond, func() { cancel(&interrupted{os.Interrupt}) })
	pod := c.helperPod(place{node: "n1"}, nil)
	pod.Namespace, pod.Name = "shop", newName()
	err := c.createPod(ctx, c.cluster, pod)
	if f := explain(err); f.code != 130 {
		t.Errorf("exit code %d, %v", f.code, err)
	}
	if left(t, c) != 0 {
		t.Error("the pod is left")
	}
}

func TestSweepAndCleanup(t *testing.T) {
	helper := func(name string, phase corev1.PodPhase, owner string) *corev1.Pod {
		return podOf(name, "n1", func(pod *corev1.Pod) {
			pod.Labels = map[string]string{managedBy: manager, ownerLabel: owner}
			pod.Status.Phase = phase
		})
	}
	c := newCaller(t, helper("ended", corev1.PodFailed, "x"), helper("theirs", corev1.PodRunning, "x"), podOf("web-1", "n1"))
	c.sweep(t.Context(), c.cluster, "shop")
	if n := left(t, c); n != 1 {
		t.Errorf("%d helpers after the sweep", n)
	}
	owner, _, unlock, err := claim(func(owner string, slot int) string { return owner })
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	mine := helper("mine", corev1.PodRunning, owner)
	if _, err := c.cluster.CoreV1().Pods("shop").Create(t.Context(), mine, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if code := c.run(t, "cleanup"); code != 0 || c.out.String() != "pod/mine deleted\n" {
		t.Errorf("exit code %d, %q", code, c.out.String())
	}
	if code := c.run(t, "cleanup", "--all"); code != 0 || c.out.String() != "pod/theirs deleted\n" || left(t, c) != 0 {
		t.Errorf("exit code %d, %q", code, c.out.String())
	}
}

// TestSweepLeavesTheNext: what has the name of a helper that has ended, and was
// made since that was looked at.
func TestSweepLeavesTheNext(t *testing.T) {
	pod := podOf("kept", "n1", func(pod *corev1.Pod) {
		pod.Labels = map[string]string{managedBy: manager}
		pod.Status.Phase = corev1.PodFailed
	})
	c := newCaller(t, pod)
	client, _ := c.cluster.Interface.(*fake.Clientset)
	client.PrependReactor("list", "pods", func(k8stesting.Action) (bool, runtime.Object, error) {
		before := pod.DeepCopy()
		before.UID = "u-before"
		return true, &corev1.PodList{Items: []corev1.Pod{*before}}, nil
	})
	c.sweep(t.Context(), c.cluster, "shop")
	if _, err := c.cluster.CoreV1().Pods("shop").Get(t.Context(), "kept", metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
}

// TestClaim: as many calls as there are slots have a helper each, and a slot is
// free again when its call ends.
func TestClaim(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	name := func(owner string, slot int) string { return owner + "-" + strings.Repeat("x", slot+1) }
	var unlocks []func()
	seen := map[string]bool{}
	for range slots {
		_, helper, unlock, err := claim(name)
		if err != nil || seen[helper] {
			t.Fatalf("%q, %v", helper, err)
		}
		seen[helper] = true
		unlocks = append(unlocks, unlock)
	}
	if _, _, _, err := claim(name); err == nil {
		t.Error("one more was given")
	}
	unlocks[1]()
	if _, helper, _, err := claim(name); err != nil || !strings.HasSuffix(helper, "-xx") {
		t.Errorf("%q, %v", helper, err)
	}
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{
		"plain-1.2:/x": "plain-1.2:/x", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "~": "'~'",
	} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q) = %s", word, got)
		}
	}
}
