package kubectl

import (
	"os"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// many is a pod with containers of every kind.
func many() *corev1.Pod {
	yes := true
	return podOf("many", "n1", func(pod *corev1.Pod) {
		pod.Annotations = map[string]string{defaultContainer: "main"}
		pod.Labels = nil
		pod.Spec.Containers = []corev1.Container{
			{Name: "first"}, {Name: "main"}, {Name: "down"}, {Name: "mighty", SecurityContext: &corev1.SecurityContext{Privileged: &yes}},
			{Name: "net", SecurityContext: &corev1.SecurityContext{Capabilities: &corev1.Capabilities{Add: []corev1.Capability{"NET_ADMIN"}}}},
		}
		pod.Spec.InitContainers = []corev1.Container{{Name: "init"}}
		pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debug"}}}
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{
			running("first", "id-first"), running("main", "id-main"), running("mighty", "id-mighty"), running("net", "id-net"),
			{Name: "down", State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}},
		}
		pod.Status.InitContainerStatuses = []corev1.ContainerStatus{running("init", "id-init")}
		pod.Status.EphemeralContainerStatuses = []corev1.ContainerStatus{running("debug", "id-debug")}
	})
}

func TestExecChoosesTheContainer(t *testing.T) {
	web := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}},
	}
	c := newCaller(t, many(), podOf("web-1", "n1"), web)
	for _, test := range []struct {
		args       []string
		id         string
		privileged bool
	}{
		{[]string{"exec", "many", "--", "name"}, "id-main", false},
		{[]string{"exec", "pod/many", "-c", "first", "--", "name"}, "id-first", false},
		{[]string{"exec", "many", "-c", "init", "--", "name"}, "id-init", false},
		{[]string{"exec", "-c", "debug", "many", "--", "name"}, "id-debug", false},
		{[]string{"exec", "many", "-c", "mighty", "--", "name"}, "id-mighty", true},
		{[]string{"exec", "many", "-c", "net", "--", "name"}, "id-net", true},
		{[]string{"exec", "many", "--privileged", "--", "name"}, "id-main", true},
		{[]string{"exec", "deploy/web", "--", "name"}, "web-1", false},
		{[]string{"exec", "deployment.apps/web", "--", "name"}, "web-1", false},
	} {
		if code := c.run(t, test.args...); code != 0 || c.out.String() != "I am\n"+test.id || c.err.Len() > 0 {
			t.Errorf("%v: exit code %d, %q, %q", test.args, code, c.out.String(), c.err.String())
		}
		if p := c.places[len(c.places)-1]; p != (place{node: "n1", privileged: test.privileged}) {
			t.Errorf("%v: place %+v", test.args, p)
		}
	}
}

func TestExecFailures(t *testing.T) {
	c := newCaller(t, many(), podOf("lost", "broken"))
	for _, test := range []struct {
		code       int
		text, hint string
		args       []string
	}{
		{125, `no pod "absent"`, "kubectl get pods -n shop", []string{"exec", "absent", "--", "name"}},
		{125, `no container "x"`, "first, main, down", []string{"exec", "many", "-c", "x", "--", "name"}},
		{125, "CrashLoopBackOff", "kubectl describe pod", []string{"exec", "many", "-c", "down", "--", "name"}},
		{125, `"ls" is one argument too many`, "put -- before", []string{"exec", "many", "ls"}},
		{125, "no pod is named", "TYPE/NAME", []string{"exec"}},
		{125, "a pod and a selector", "leave one", []string{"exec", "many", "-l", "app=web", "--", "name"}},
		{125, "-i and -t", "leave", []string{"exec", "-i", "-l", "app=web", "--", "name"}},
		{125, "not a terminal", "leave -t out", []string{"exec", "-it", "many", "--", "name"}},
		{125, "not absolute", "-w /", []string{"exec", "-w", "x", "many", "--", "name"}},
		{125, "unknown flag: --nonsense", "--help", []string{"exec", "--nonsense", "many"}},
		{125, "unknown flag: --cluster-user", "--help", []string{"exec", "--cluster-user", "x", "many"}},
		{125, "is no way", "pod or ssh", []string{"exec", "--via", "pigeon", "many", "--", "name"}},
		{125, "cronjob", "TYPE is", []string{"exec", "cronjob/x", "--", "name"}},
		{125, "there is no deploy/x", "kubectl get deploy", []string{"exec", "deploy/x", "--", "name"}},
		{125, "is selected by \"app=none\"", "--show-labels", []string{"exec", "-l", "app=none", "--", "name"}},
		{125, "is broken", "mend it", []string{"exec", "lost", "--", "name"}},
		{127, "not found: nothing", "kubectl sidestep exec it", []string{"exec", "many", "--", "nothing"}},
		{125, "unknown output format", "json", []string{"version", "-o", "yaml"}},
		{125, `unknown command "exce"`, "did you mean kubectl sidestep exec? see kubectl sidestep --help", []string{"exce", "many"}},
		{125, `unknown command "logs"`, "hint: see kubectl sidestep --help", []string{"logs", "many"}},
		{125, `unknown command "exce"`, "did you mean kubectl sidestep exec?", []string{"help", "exce"}},
		{125, `"b" is one argument too many`, "see kubectl sidestep ps --help", []string{"ps", "a", "b"}},
		{125, `"x" is one argument too many`, "see kubectl sidestep cleanup --help", []string{"cleanup", "x"}},
		{125, `"x" is one argument too many`, "see kubectl sidestep rbac --help", []string{"rbac", "x"}},
		{125, `"x" is one argument too many`, "see kubectl sidestep version --help", []string{"version", "x"}},
	} {
		c.expectFailure(t, test.code, test.text, test.hint, test.args...)
	}
}

func TestExecPassesOptions(t *testing.T) {
	t.Setenv("FROM_HERE", "x y")
	c := newCaller(t, many())
	code := c.run(t, "exec", "many", "-u", "33:33", "-w", "/tmp", "-e", "A=1,2", "-e", "FROM_HERE", "-e", "NOT_THERE_AT_ALL",
		"--join", "net,uts", "--no-cgroup", "--cap-add", "SYS_TIME",
		"--no-seccomp", "--no-label", "--no-new-privs", "--reason", "drill", "--", "name", "-l", "--", "")
	got := c.node.starts[0]
	if code != 0 || got.User != "33:33" || got.Workdir != "/tmp" || !slices.Equal(got.Env, []string{"A=1,2", "FROM_HERE=x y"}) ||
		!slices.Equal(got.Join, []string{"net,uts"}) || !got.NoCgroup || !slices.Equal(got.CapAdd, []string{"SYS_TIME"}) ||
		!got.NoSeccomp || !got.NoLabel || !got.NoNewPrivs ||
		got.Reason != "drill" || !slices.Equal(got.Args, []string{"name", "-l", "--", ""}) || got.Interactive || got.TTY {
		t.Errorf("exit code %d, %+v", code, got)
	}
	if code := c.run(t, "node", "n1", "--", "name"); code != 0 {
		t.Errorf("node: exit code %d, %s", code, c.err.String())
	}
	if got := c.node.starts[1]; got.Reference != "pid:1" || !got.NoCgroup || c.places[1] != (place{node: "n1", privileged: true}) {
		t.Errorf("node: %+v, %+v", got, c.places[1])
	}
}

func TestExecStdin(t *testing.T) {
	c := newCaller(t, many())
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("typed"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	c.stdin = r
	if code := c.run(t, "exec", "-i", "many", "--", "cat"); code != 0 || c.out.String() != "typed" {
		t.Errorf("exit code %d, %q", code, c.out.String())
	}
}

func TestFanOut(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n2"), podOf("web-3", "n1"), podOf("helper", "n1", func(pod *corev1.Pod) {
		pod.Labels[managedBy] = manager
	}), podOf("over", "n1", func(pod *corev1.Pod) { pod.Status.Phase = corev1.PodSucceeded }))
	if code := c.run(t, "exec", "-l", "app=web", "--", "name"); code != 0 {
		t.Errorf("exit code %d, %s", code, c.err.String())
	}
	lines := strings.Split(strings.TrimSpace(c.out.String()), "\n")
	slices.Sort(lines)
	want := []string{"[web-1] I am", "[web-1] web-1", "[web-2] I am", "[web-2] web-2", "[web-3] I am", "[web-3] web-3"}
	if !slices.Equal(lines, want) {
		t.Errorf("lines %q", lines)
	}
	if len(c.places) != 2 {
		t.Errorf("%d helpers for two nodes", len(c.places))
	}
	code := c.run(t, "exec", "--all", "--parallel", "1", "--", "odd")
	if code != 3 || !strings.Contains(c.err.String(), "[web-2] odd\n") || !strings.Contains(c.err.String(), "0 in 2, 3 in 1 (web-2)") {
		t.Errorf("exit code %d, %q", code, c.err.String())
	}
	code = c.run(t, "exec", "--all", "--fold", "--", "odd")
	if code != 3 || c.out.String() != "=== 2 of 3 pods: web-1 web-3\neven\n=== 1 of 3 pods: web-2, exit code 3\nodd\n" {
		t.Errorf("exit code %d, %q", code, c.out.String())
	}
}

func TestFanOutSaysWhatFailed(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "broken"), podOf("web-3", "n1", func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses[0] = corev1.ContainerStatus{Name: "c"}
	}))
	code := c.run(t, "exec", "--all", "--", "same")
	text := c.err.String()
	if code != 125 || c.out.String() != "[web-1] the same\n" || !strings.Contains(text, "  web-2: node \"broken\" is broken\n") ||
		!strings.Contains(text, "web-3: container") || !strings.Contains(text, "sidestep: hint: ") {
		t.Errorf("exit code %d, %q, %q", code, c.out.String(), text)
	}
}

func TestLook(t *testing.T) {
	pod := podOf("web-1", "n1", func(pod *corev1.Pod) { pod.UID = "u1" })
	c := newCaller(t, pod, nodeOf("n1"))
	if code := c.run(t, "ps", "web-1"); code != 0 || !strings.Contains(c.out.String(), "n1     shop/web-1   -           a1   5     running   user\n") ||
		strings.Contains(c.out.String(), "b2") {
		t.Errorf("ps of a pod: exit code %d\n%s", code, c.out.String())
	}
	if code := c.run(t, "ps", "n1"); code != 0 || !strings.Contains(c.out.String(), "b2") || strings.Contains(c.out.String(), "\x1b") {
		t.Errorf("ps of a node: exit code %d\n%q", code, c.out.String())
	}
	if code := c.run(t, "ps", "-o", "json"); code != 0 || !strings.Contains(c.out.String(), `"node": "n1"`) {
		t.Errorf("ps: exit code %d\n%q", code, c.out.String())
	}
	if code := c.run(t, "ns", "web-1"); code != 0 || c.out.String() != "containerd://web-1" {
		t.Errorf("ns: exit code %d\n%q", code, c.out.String())
	}
	if code := c.run(t, "doctor", "node/n1", "-o", "json"); code != 1 || c.out.String() != "all is jsonwell\n" || c.err.String() != "slow\n" {
		t.Errorf("doctor: exit code %d\n%q%q", code, c.out.String(), c.err.String())
	}
	c.expectFailure(t, 125, "name a POD", "--help", "doctor")
}

func TestRBACAndVersion(t *testing.T) {
	c := newCaller(t)
	if code := c.run(t, "rbac"); code != 0 || !strings.Contains(c.out.String(), "kind: ClusterRole") {
		t.Errorf("rbac: exit code %d\n%s", code, c.out.String())
	}
	if code := c.run(t, "version", "-o", "json"); code != 0 || !strings.Contains(c.out.String(), `"image": "registry.example/sidestep@sha256:abc"`) {
		t.Errorf("version: exit code %d\n%s", code, c.out.String())
	}
	if code := c.run(t, "exec", "--help"); code != 0 || !strings.Contains(c.out.String(), "kubectl sidestep exec (POD") {
		t.Errorf("help: exit code %d\n%s", code, c.out.String())
	}
}

func TestCompletion(t *testing.T) {
	web := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"},
		Spec:       appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}},
	}
	c := newCaller(t, many(), podOf("web-1", "n1"), nodeOf("n1"), web)
	for _, test := range []struct {
		want string
		args []string
	}{
		{"web-1\n:4\n", []string{"exec", "we"}},
		{"deployments/\n:6\n", []string{"exec", "de"}}, // and no space after it
		{"statefulsets/\n:4\n", []string{"exec", ""}},
		{"deploy/web\n:4\n", []string{"exec", "deploy/"}},
		{"deployments.apps/web\n:4\n", []string{"ns", "deployments.apps/w"}},
		{"pods/web-1\n:4\n", []string{"exec", "pods/w"}},
		{":6\n", []string{"exec", "cronjob/"}},
		{"c\n:4\n", []string{"exec", "deploy/web", "-c", ""}},
		{"node/\n:6\n", []string{"ps", "nod"}},
		{"node/n1\n:4\n", []string{"doctor", "node/"}},
		{"n1\n", []string{"doctor", "n"}},
		{"debug\n", []string{"exec", "many", "-c", "d"}},
		{"n1\n", []string{"node", ""}},
		{"json\n", []string{"version", "-o", "j"}},
	} {
		if c.run(t, append([]string{"__complete"}, test.args...)...); !strings.Contains(c.out.String(), test.want) {
			t.Errorf("%v completes to %q", test.args, c.out.String())
		}
	}
}
