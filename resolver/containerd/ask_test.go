package containerd_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func dial(t *testing.T, server *fakecontainerd.Server, deadlines containerd.Deadlines) *containerd.Client {
	t.Helper()
	client, err := containerd.Dial(t.Context(), server.Address, deadlines)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func TestRecords(t *testing.T) {
	server := fakecontainerd.Start(t)
	created := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	server.Add("default", &containersapi.Container{
		ID: "web", Image: "img:1", Labels: map[string]string{"a": "b"},
		Runtime:    &containersapi.Container_Runtime{Name: "io.containerd.runc.v2"},
		Spec:       &anypb.Any{TypeUrl: "types.containerd.io/opencontainers/runtime-spec/1/Spec", Value: []byte(`{"hostname":"h"}`)},
		CreatedAt:  timestamppb.New(created),
		Extensions: map[string]*anypb.Any{"x": {Value: []byte("y")}},
	})
	server.Add("other", &containersapi.Container{ID: "db", Spec: &anypb.Any{Value: []byte("{")}})
	client := dial(t, server, soon)

	namespaces, err := client.Namespaces(t.Context())
	if err != nil || strings.Join(namespaces, " ") != "default other" {
		t.Fatalf("Namespaces: %q, %v", namespaces, err)
	}
	record, err := client.Get(t.Context(), "default", "web")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := record.Spec()
	if err != nil || spec.Hostname != "h" {
		t.Fatalf("Spec: %+v, %v", spec, err)
	}
	if record.Image != "img:1" || record.Runtime != "io.containerd.runc.v2" || record.Labels["a"] != "b" ||
		!record.Created.Equal(created) || string(record.Extensions["x"]) != "y" || record.Namespace != "default" {
		t.Fatalf("Get: %+v", record)
	}
	if _, err := client.Get(t.Context(), "default", "db"); !errors.Is(err, containerd.ErrNotFound) {
		t.Fatalf("Get from another namespace: %v", err)
	}
	record, err = client.Get(t.Context(), "other", "db")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Spec(); err == nil || !strings.Contains(err.Error(), `container "db"`) {
		t.Fatalf("a spec that is not JSON: %v", err)
	}
}

func TestEach(t *testing.T) {
	server := fakecontainerd.Start(t)
	for _, id := range []string{"web1", "web2", "we.b", "db"} {
		server.Add("default", &containersapi.Container{ID: id, Labels: map[string]string{"name": id, "kind": "x"}})
	}
	client := dial(t, server, soon)
	tests := []struct {
		filters []containerd.Filter
		want    string
	}{
		{nil, "web1 web2 we.b db"},
		{[]containerd.Filter{containerd.IDPrefix("web")}, "web1 web2"},
		{[]containerd.Filter{containerd.IDPrefix("we.")}, "we.b"},
		{[]containerd.Filter{containerd.IDPrefix("eb")}, ""},
		{[]containerd.Filter{containerd.Label("name", "db"), containerd.IDPrefix("web1")}, "web1 db"},
		{[]containerd.Filter{containerd.All(containerd.Label("name", "db"), containerd.Label("kind", "y"))}, ""},
		{[]containerd.Filter{containerd.All(containerd.Label("name", "db"), containerd.Label("kind", "x"))}, "db"},
	}
	for _, test := range tests {
		var ids []string
		err := client.Each(t.Context(), "default", func(r containerd.Record) { ids = append(ids, r.ID) }, test.filters...)
		if got := strings.Join(ids, " "); err != nil || got != test.want {
			t.Errorf("Each(%q): %q, %v, want %q", test.filters, got, err, test.want)
		}
	}
}

func TestTask(t *testing.T) {
	server := fakecontainerd.Start(t)
	answers := map[string]struct {
		answer fakecontainerd.Task
		want   containerd.Task
		known  bool
	}{
		"running": {fakecontainerd.Task{PID: 7, Status: task.Status_RUNNING}, containerd.Task{PID: 7, Status: containerd.Running}, true},
		"pausing": {fakecontainerd.Task{PID: 7, Status: task.Status_PAUSING}, containerd.Task{PID: 7, Status: containerd.Paused}, true},
		"created": {fakecontainerd.Task{PID: 7, Status: task.Status_CREATED}, containerd.Task{PID: 7, Status: containerd.Created}, true},
		"stopped": {fakecontainerd.Task{PID: 7, Status: task.Status_STOPPED}, containerd.Task{PID: 7, Status: containerd.Stopped}, true},
		"stuck":   {fakecontainerd.Task{}, containerd.Task{Status: containerd.Unknown}, false},
		"no PID":  {fakecontainerd.Task{Status: task.Status_RUNNING}, containerd.Task{Status: containerd.Running}, false},
	}
	for id, a := range answers {
		server.SetTask("default", id, a.answer)
	}
	client := dial(t, server, soon)
	for id, a := range answers {
		got, err := client.Task(t.Context(), "default", id)
		if err != nil || got != a.want || got.Known() != a.known {
			t.Errorf("Task(%s): %+v (known %t), %v", id, got, got.Known(), err)
		}
	}
	if _, err := client.Task(t.Context(), "default", "none"); !errors.Is(err, containerd.ErrNotFound) {
		t.Errorf("Task of a container without one: %v", err)
	}
}

func TestDeadlines(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.SetTask("default", "slow", fakecontainerd.Task{After: time.Hour})
	server.SetTask("default", "late", fakecontainerd.Task{Err: status.Error(codes.DeadlineExceeded, "context deadline exceeded")})
	client := dial(t, server, soon)

	begin := time.Now()
	_, err := client.Task(t.Context(), "default", "slow")
	var connect *containerd.ConnectError
	if !errors.As(err, &connect) || connect.Kind != containerd.NoAnswer || connect.Question != `the task of container "slow"` {
		t.Errorf("no answer: %v", err)
	}
	if waited := time.Since(begin); waited > 10*soon.Call {
		t.Errorf("waited %s", waited)
	}

	// The daemon's own deadline, for its shim, is an answer of the daemon.
	_, err = client.Task(t.Context(), "default", "late")
	if err == nil || errors.As(err, &connect) && connect.Kind == containerd.NoAnswer && connect.Question == `the task of container "late"` {
		t.Errorf("the daemon's deadline: %v", err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err = client.Task(ctx, "default", "slow"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the caller's deadline: %v", err)
	}
}

func TestDaemonThatGoesAway(t *testing.T) {
	server := fakecontainerd.Start(t)
	client := dial(t, server, soon)
	server.Stop()
	_, err := client.Namespaces(t.Context())
	var connect *containerd.ConnectError
	if !errors.As(err, &connect) {
		t.Fatalf("Namespaces: %v (%T), want a *ConnectError", err, err)
	}
	t.Log(err)
}
