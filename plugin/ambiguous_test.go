package plugin

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/resolver"
)

func TestAmbiguous(t *testing.T) {
	err := &resolver.AmbiguousError{Reference: reference(t, "we"), Candidates: []resolver.Container{
		{ID: "web1", Namespace: "default", Name: "web"}, {ID: "web2", Namespace: "k8s.io"}, {ID: "web\n3", Namespace: "x"},
	}}
	want := `sidestep: error: ambiguous: "we" matches 3 containers
  web1 default web
  web2 k8s.io -
  web\n3 x -
sidestep: hint: use a longer ID, or name the namespace: -n NAMESPACE before the command`
	if got := explain(err, 0).Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestAmbiguousCandidates: a candidate is listed with what tells it from others.
func TestAmbiguousCandidates(t *testing.T) {
	pod := func(name, container string) *resolver.Pod {
		return &resolver.Pod{Namespace: "shop", Name: name, Container: container}
	}
	got := candidates([]resolver.Container{
		{ID: "a", Namespace: "k8s.io", Name: "app", Pod: pod("web-1", "app"), Source: "containerd at /a"},
		{ID: "b", Namespace: "k8s.io", Pod: pod("web-1", ""), Source: "containerd at /a"},
		{ID: "c", Namespace: "default", Source: "containerd at /b"},
		{ID: "d", Namespace: "k8s.io", Pod: pod("e vil\n", "app"), Source: "containerd at /a"},
	})
	want := []string{
		"a k8s.io app pod shop/web-1/app in containerd at /a",
		"b k8s.io - sandbox of pod shop/web-1 in containerd at /a",
		"c default - in containerd at /b",
		`d k8s.io - pod "shop/e vil\n/app" in containerd at /a`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	if same := candidates([]resolver.Container{{ID: "a", Source: "x"}, {ID: "b", Source: "x"}}); same[0] != "a - -" {
		t.Errorf("%q", same)
	}
}

// TestAmbiguousHint: the hint names what tells the candidates apart, and nothing
// that does not. A candidate is given as "ID NAMESPACE NAME POD SOCKET".
func TestAmbiguousHint(t *testing.T) {
	const (
		pods    = "name the pod: pod/NAMESPACE/POD/CONTAINER"
		inPod   = "name the pod's container: pod/bank/till-0/CONTAINER"
		longer  = "use a longer ID"
		listed  = "use one of the IDs listed"
		named   = "use one of the names or the IDs listed"
		spaces  = "name the namespace: -n NAMESPACE before the command"
		sockets = "name the socket: -a SOCKET before the command"
		process = "enter one by its process: pid:N, as sidestep ps shows it"
	)
	for _, test := range []struct {
		name, text string
		candidates []string
		want       string
	}{
		{"a prefix", "we", []string{"we1 x - - /a", "we2 x - - /a"}, longer},
		{"in two namespaces", "we", []string{"we1 x - - /a", "we2 y - - /a"}, longer + ", or " + spaces},
		{"of an ID as Kubernetes writes it", "containerd://we", []string{"we1 x - - /a", "we2 x - - /a"}, longer},
		{"names", "svc", []string{"a x p-svc-1 - /a", "b x p-svc-2 - /a"}, named},
		{"one is what was typed", "svc", []string{"a x p-svc-1 - /a", "b x svc - /a"}, listed},
		{"one name", "web", []string{"a x web - /a", "b x web - /a"}, listed},
		{"in two namespaces", "web", []string{"a x web - /a", "b y web - /a"}, listed + ", or " + spaces},
		{"an ID in two namespaces", "web", []string{"web x - - /a", "web y - - /a"}, spaces},
		{"in two containerds", "web", []string{"web x - - /a", "web x - - /b"}, sockets},
		{"in two of both", "web", []string{"web x - - /a", "web y - - /b"}, spaces},
		{"twins and others", "we", []string{"web x - - /a", "web x - - /b", "we2 y - - /a"}, longer + ", or " + spaces + ", or " + sockets},
		{"a name in two pods", "app", []string{"a x app s/p-1/app /a", "b x app s/p-2/app /a"}, pods},
		{"and a prefix", "co", []string{"co1 x app s/p-1/app /a", "co2 x app s/p-2/app /a"}, pods + ", or " + longer},
		{"in pods of two namespaces", "pod/front", []string{"a x app s/front/app /a", "b x app t/front/app /a"}, pods},
		{"in one pod", "pod/till-0", []string{"a x till bank/till-0/till /a", "b x proxy bank/till-0/proxy /a"}, inPod},
		{"a pod in two containerds", "app", []string{"a x app s/p/app /a", "a x app s/p/app /b"}, sockets},
		{"a pod that was made again", "app", []string{"a x app s/p/app /a", "b x app s/p/app /a"}, listed},
		{"of no containerd", "web", []string{"web - - - /a", "web - - - /b"}, process},
	} {
		err := &resolver.AmbiguousError{Reference: reference(t, test.text)}
		for _, text := range test.candidates {
			fields := strings.Fields(strings.ReplaceAll(text, " -", " \x00"))
			for i, f := range fields {
				fields[i] = strings.Trim(f, "\x00")
			}
			c := resolver.Container{ID: fields[0], Namespace: fields[1], Name: fields[2], Source: "containerd at " + fields[4]}
			if parts := strings.Split(fields[3], "/"); len(parts) == 3 {
				c.Pod = &resolver.Pod{Namespace: parts[0], Name: parts[1], Container: parts[2]}
			}
			err.Candidates = append(err.Candidates, c)
		}
		if got := explain(fmt.Errorf("find it: %w", err), 0).hint; got != test.want {
			t.Errorf("%s, %s:\n got %q\nwant %q", test.text, test.name, got, test.want)
		}
	}
}
