package kubectl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/rest"
	k8stesting "k8s.io/client-go/testing"

	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// fakeNode is a node whose containers say what they are called and echo.
type fakeNode struct {
	answer *session.Answer // to every question; nil: the usual ones

	mu     sync.Mutex
	starts []session.Start
}

func (n *fakeNode) Version() string { return "v1" }

func (n *fakeNode) Exec(_ context.Context, start session.Start, c session.Client) (int, *session.Failure) {
	n.mu.Lock()
	n.starts = append(n.starts, start)
	n.mu.Unlock()
	if err := c.Started(1); err != nil {
		return exitFailed, &session.Failure{Error: err.Error(), Code: exitFailed}
	}
	id := strings.TrimPrefix(start.Reference, "containerd://")
	switch start.Args[0] {
	case "noticed":
		c.Notice("the \x1bdaemon is slow")
		fmt.Fprintln(c.Stderr, "the command's own")
	case "name":
		fmt.Fprintf(c.Stdout, "I am\n%s", id)
	case "same":
		fmt.Fprintln(c.Stdout, "the same")
	case "endless":
		fmt.Fprint(c.Stdout, "a line without an end")
	case "odd":
		if strings.HasSuffix(id, "2") {
			fmt.Fprintln(c.Stderr, "odd")
			return 3, nil
		}
		fmt.Fprintln(c.Stdout, "even")
	case "flood": // more than is kept of one pod
		for part, n := bytes.Repeat([]byte("x"), 1<<20), 0; n < 80<<20; n += len(part) {
			if _, err := c.Stdout.Write(part); err != nil {
				break
			}
		}
	case "cat":
		_, _ = io.Copy(c.Stdout, c.Stdin)
	default:
		return 127, &session.Failure{Error: "not found: " + start.Args[0], Hint: "sidestep exec it", Code: 127}
	}
	return 0, nil
}

func (n *fakeNode) Query(_ context.Context, q session.Query) session.Answer {
	if n.answer != nil {
		return *n.answer
	}
	switch q.Kind {
	case session.QueryPs:
		return session.Answer{Output: []byte(`[{"id":"a1","pid":5,"state":"running","shared":["user"],"pod":{"namespace":"shop","name":"web-1","uid":"u1"}},
			{"id":"b2","pid":6,"state":"running","pod":{"namespace":"x\u001b","name":"other","uid":"zz"}}]`)}
	case session.QueryDoctor:
		return session.Answer{Output: []byte("all is " + q.Format + "well\n"), Messages: "slow\n", Code: 1}
	}
	return session.Answer{Output: []byte(strings.Join(q.Args, " "))}
}

// caller is a call of the plugin with a cluster and nodes of the tests' own.
type caller struct {
	*app
	node     *fakeNode
	cluster  *cluster
	out, err bytes.Buffer

	mu     sync.Mutex
	places []place
	open   int // sessions
}

// attaching lets do attach to the helper pods that may be spoken with.
func (c *caller) attaching(do func(context.Context, *cluster, *corev1.Pod) (*nodeSession, error)) {
	c.attached = func(ctx context.Context, cl *cluster, pod *corev1.Pod, look func() error) (*nodeSession, error) {
		if look != nil {
			if err := look(); err != nil {
				return nil, err
			}
		}
		return do(ctx, cl, pod)
	}
}

func newCaller(t *testing.T, objects ...runtime.Object) *caller {
	t.Helper()
	t.Setenv("SIDESTEP_IMAGE", "registry.example/sidestep@sha256:abc")
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	stdin, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close() })
	c := &caller{node: &fakeNode{}}
	c.app = newApp(stdin, &c.out, &c.err)
	c.cluster = &cluster{
		Interface: fakeClient(objects...), config: &rest.Config{Host: "https://cluster.example"}, namespace: "shop", timeout: 10 * time.Second,
	}
	c.connect = func() (*cluster, error) { return c.cluster, nil }
	c.app.open = func(_ context.Context, _ *cluster, p place) (*nodeSession, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.places = append(c.places, p)
		if p.node == "broken" {
			return nil, fail("mend it", "node %q is broken", p.node)
		}
		c.open++
		return c.session(t), nil
	}
	return c
}

// session connects to the node, without a cluster between.
func (c *caller) session(t *testing.T) *nodeSession {
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	go func() {
		_ = tunnel.Serve(toServer, fromServer, 0, func(conn net.Conn) { _ = session.Serve(conn, c.node) })
	}()
	conn, err := tunnel.Dial(t.Context(), toClient, fromClient, 0)
	if err != nil {
		t.Error(err)
		return nil
	}
	n, err := client.New(t.Context(), conn, "v1", c.options.reason)
	if err != nil {
		t.Error(err)
		return nil
	}
	return &nodeSession{Node: n, close: func() {
		n.Close()
		fromClient.Close()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.open--
	}}
}

// run runs a command line and returns the exit code.
func (c *caller) run(t *testing.T, args ...string) int {
	t.Helper()
	c.out.Reset()
	c.err.Reset()
	root := c.root("kubectl-sidestep")
	root.SetArgs(args)
	root.SetOut(&c.out)
	root.SetErr(&c.err)
	err := root.ExecuteContext(t.Context())
	if c.open != 0 {
		t.Errorf("%v left %d sessions open", args, c.open)
	}
	if err == nil {
		return 0
	}
	return c.report(err)
}

// expectFailure checks an error: one line, and one hint at the end.
func (c *caller) expectFailure(t *testing.T, code int, text, hint string, args ...string) {
	t.Helper()
	got := c.run(t, args...)
	lines := strings.Split(strings.TrimSuffix(c.err.String(), "\n"), "\n")
	if got != code || !strings.HasPrefix(lines[0], "sidestep: error: ") || !strings.Contains(lines[0], text) ||
		!strings.HasPrefix(lines[len(lines)-1], "sidestep: hint: ") || !strings.Contains(lines[len(lines)-1], hint) ||
		strings.Count(c.err.String(), "sidestep: ") != 2 {
		t.Errorf("%v: exit code %d, %q", args, got, lines)
	}
}

// podOf returns a running pod with one container, whose ID is its name.
func podOf(name, node string, change ...func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID("u-" + name), Labels: map[string]string{"app": "web"}},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "c"}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{
			running("c", name),
		}},
	}
	for _, c := range change {
		c(pod)
	}
	return pod
}

func running(name, id string) corev1.ContainerStatus {
	return corev1.ContainerStatus{
		Name: name, ContainerID: "containerd://" + id,
		State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}
}

// forbid refuses what the user would do.
func (c *caller) forbid(verb, resource string) {
	client, _ := c.cluster.Interface.(*fake.Clientset)
	client.PrependReactor(verb, resource, func(k8stesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: resource}, "x", errors.New("no"))
	})
}

func nodeOf(name string) *corev1.Node {
	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: "n1"},
		Status:     corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}},
	}
}
