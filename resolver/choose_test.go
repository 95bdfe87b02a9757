package resolver

import (
	"strings"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestChoose gives each container as "ID POD UID CONTAINER SECOND STATE", or
// "ID - - NAME SECOND STATE" for one of nerdctl.
func TestChoose(t *testing.T) {
	tests := []struct {
		name       string
		containers []string
		text       string
		want       string // the chosen one
		refused    string
	}{
		{"the one that runs has the name", []string{"a - - web 0 stopped", "b - - web 1 running"}, "web", "b", ""},
		{"the paused one counts", []string{"a - - web 0 stopped", "b - - web 1 paused"}, "web", "b", ""},
		{"two that run", []string{"a - - web 0 running", "b - - web 1 running"}, "web", "", "a b"},
		{"one that does not answer may run", []string{"a - - web 0 unknown", "b - - web 1 running"}, "web", "", "a b"},
		{"two that ended", []string{"a - - web 0 stopped", "b - - web 1 none"}, "web", "", "a b"},

		{"a container that was restarted", []string{"a p u app 0 none", "b p u app 1 running"}, "pod/p", "b", ""},
		{"by its name", []string{"a p u app 0 none", "b p u app 1 running"}, "app", "b", ""},
		{"between two restarts", []string{"a p u app 0 none", "b p u app 1 none"}, "pod/shop/p/app", "b", ""},
		{"a pod with two containers", []string{"a p u app 0 running", "b p u proxy 1 running"}, "pod/p", "", "a b"},
		{"one of them", []string{"a p u app 0 running", "b p u proxy 1 running"}, "pod/shop/p/proxy", "b", ""},
		{"after its init containers", []string{"a p u init1 0 none", "b p u init2 1 none", "c p u app 2 running"}, "pod/p", "c", ""},
		{"crashed beside a sidecar", []string{"a p u app 5 none", "b p u proxy 1 running"}, "pod/p", "", "a b"},
		{"two pods after each other", []string{"a p old app 0 none", "b p new app 1 running"}, "pod/p", "b", ""},
		{"the old one had more", []string{"a p old app 0 none", "x p old y 0 none", "b p new app 1 running"}, "pod/p", "b", ""},
		{"two pods at once", []string{"a p u1 app 0 running", "b p u2 app 1 running"}, "pod/p", "", "a b"},
		{"two pods that ended", []string{"a p u1 app 0 none", "b p u2 app 1 none"}, "pod/p", "", "a b"},
		{"nothing runs in the pod", []string{"a p u app 0 none", "b p u proxy 1 none"}, "pod/p", "", "a b"},
		{"the same name in two pods", []string{"a p u1 app 0 running", "b q u2 app 1 running"}, "app", "", "a b"},
	}
	states := map[string]task.Status{"running": task.Status_RUNNING, "paused": task.Status_PAUSED, "stopped": task.Status_STOPPED}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := fakecontainerd.Start(t)
			for _, text := range test.containers {
				f := strings.Fields(text)
				c := record(f[0], labelNerdctlName+"="+f[3])
				if f[1] != "-" {
					c = record(f[0], inPodLabels(f[1], f[2], f[3])...)
				}
				second, err := time.ParseDuration(f[4] + "s")
				if err != nil {
					t.Fatal(err)
				}
				c.CreatedAt = timestamppb.New(made.Add(second))
				server.Add("k8s.io", c)
				if status, ok := states[f[5]]; ok {
					server.SetTask("k8s.io", f[0], fakecontainerd.Task{PID: 7, Status: status})
				} else if f[5] == "unknown" {
					server.SetTask("k8s.io", f[0], fakecontainerd.Task{})
				}
			}
			got, err := newResolver(t, config(t, server)).Container(t.Context(), mustParse(t, test.text))
			if got.ID != test.want || refused(err) != test.refused {
				t.Errorf("%s: %q, %v", test.text, got.ID, err)
			}
		})
	}
}

func TestDefaultContainer(t *testing.T) {
	const annotation = `"kubectl.kubernetes.io/default-container":"proxy"`
	tests := map[string]func(sandbox *containersapi.Container){
		"in CRI's extension": func(c *containersapi.Container) {
			c.Extensions = map[string]*anypb.Any{extensionSandbox: {
				Value: []byte(`{"Version":"v1","Metadata":{"ID":"s","Config":{"annotations":{` + annotation + `}}}}`),
			}}
		},
		"in the spec": func(c *containersapi.Container) { c.Spec.Value = []byte(`{"annotations":{` + annotation + `}}`) },
	}
	for name, annotate := range tests {
		server := fakecontainerd.Start(t)
		sandbox := record("s", inPodLabels("p", "u", "")...)
		annotate(sandbox)
		server.Add("k8s.io", sandbox)
		for _, c := range []string{"app", "proxy"} {
			server.Add("k8s.io", record(c, inPodLabels("p", "u", c)...))
			server.SetTask("k8s.io", c, running())
		}
		got, err := newResolver(t, config(t, server)).Container(t.Context(), mustParse(t, "pod/p"))
		if err != nil || got.ID != "proxy" {
			t.Errorf("%s: %q, %v", name, got.ID, err)
		}
	}
}

func FuzzDefaultContainer(f *testing.F) {
	f.Add([]byte(`{"Metadata":{"Config":{"annotations":{"kubectl.kubernetes.io/default-container":"a"}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		sandbox := candidate{}
		sandbox.record.SpecJSON, sandbox.record.Extensions = data, map[string][]byte{extensionSandbox: data}
		defaultContainer(&sandbox.record)
		_, _ = sandbox.record.Spec()
	})
}
