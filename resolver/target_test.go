package resolver

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestTarget(t *testing.T) {
	server := fakecontainerd.Start(t)
	id := strings.Repeat("ab", 32)
	server.Add("k8s.io", record(id, inPodLabels("web-0", "u1", "app")...))
	server.SetTask("k8s.io", id, running())
	server.AddNamespace("default")
	r := newResolver(t, config(t, server))

	for _, text := range []string{id, id[:7], "app", "containerd://" + id, "pod/web-0", "pod/shop/web-0", "pod/shop/web-0/app"} {
		got, err := target(t, r, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := Pod{Namespace: "shop", Name: "web-0", UID: "u1", Container: "app"}
		c := got.Container
		if got.Process.PID() != os.Getpid() || got.State != Running || got.Source != "containerd at "+server.Address ||
			c.ID != id || c.Namespace != "k8s.io" || c.Name != "app" || *c.Pod != want || c.Spec == nil ||
			c.Image != "image" || c.Runtime != "io.containerd.runc.v2" {
			t.Errorf("%s: %+v", text, got)
		}
	}
	if calls := server.Calls(); slices.Contains(calls, "/containerd.services.tasks.v1.Tasks/List") {
		t.Errorf("it listed the tasks: %q", calls)
	}
}

func TestPausedIsNoError(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	server.SetTask("default", "web", fakecontainerd.Task{PID: uint32(os.Getpid()), Status: task.Status_PAUSED})
	got, err := target(t, newResolver(t, config(t, server)), "web")
	if err != nil || got.State != Paused {
		t.Fatalf("Target: %+v, %v", got, err)
	}
}

func TestContainerWithoutProcess(t *testing.T) {
	server := fakecontainerd.Start(t)
	tasks := map[string]fakecontainerd.Task{
		"stopped": {PID: 7, Status: task.Status_STOPPED},
		"created": {PID: uint32(os.Getpid()), Status: task.Status_CREATED},
	}
	for _, id := range []string{"stopped", "created", "no.task"} {
		server.Add("default", record(id))
		if answer, ok := tasks[id]; ok {
			server.SetTask("default", id, answer)
		}
	}
	r := newResolver(t, config(t, server))
	for id, want := range map[string]State{"stopped": Stopped, "created": Created, "no.task": NoTask} {
		_, err := target(t, r, id)
		var got *StateError
		if !errors.As(err, &got) || got.State != want || got.Container.ID != id {
			t.Errorf("%s: %v", id, err)
		}
		if c, err := r.Container(t.Context(), mustParse(t, id)); err != nil || c.ID != id || c.Spec == nil {
			t.Errorf("Container(%s): %+v, %v", id, c, err)
		}
	}
}

func TestNoAnswerIsNoProcess(t *testing.T) {
	server := fakecontainerd.Start(t)
	tasks := map[string]fakecontainerd.Task{
		"zero":    {Status: task.Status_UNKNOWN}, // containerd 1.6 for a shim that does not answer
		"no.pid":  {Status: task.Status_RUNNING},
		"unknown": {PID: uint32(os.Getpid()), Status: task.Status_UNKNOWN},
		"late":    {Err: status.Error(codes.DeadlineExceeded, "context deadline exceeded")}, // containerd 2
		"never":   {After: time.Hour},
	}
	for id, answer := range tasks {
		server.Add("default", record(id))
		server.SetTask("default", id, answer)
	}
	r := newResolver(t, config(t, server))
	for id := range tasks {
		_, err := target(t, r, id)
		var got *UnknownStateError
		if !errors.As(err, &got) || got.Container.ID != id || got.Source != "containerd at "+server.Address {
			t.Errorf("%s: %v", id, err)
			continue
		}
		// The daemon keeps the deadline too, and may be the first to say so.
		if id == "never" && got.After < 480*time.Millisecond {
			t.Errorf("%s: after %s", id, got.After)
		}
	}
}

// afterTheRecord waits until the record, which is asked for with the task, was
// answered.
func afterTheRecord() { time.Sleep(100 * time.Millisecond) }

func TestProcessThatIsNotTheContainers(t *testing.T) {
	pid := uint32(os.Getpid())
	ended, end := sleeper(t)
	end()
	other, _ := sleeper(t)
	tests := []struct {
		name   string
		task   func(server *fakecontainerd.Server) fakecontainerd.Task
		spec   string
		reason string
		gone   bool
	}{
		{name: "it has exited", reason: "exited", gone: true, task: func(*fakecontainerd.Server) fakecontainerd.Task {
			return fakecontainerd.Task{PID: uint32(ended), Status: task.Status_RUNNING}
		}},
		{name: "it does not fit", spec: notFitting, reason: "not the init", task: func(*fakecontainerd.Server) fakecontainerd.Task { return running() }},
		{name: "another process is named then", reason: "is now", task: func(*fakecontainerd.Server) fakecontainerd.Task {
			return fakecontainerd.Task{PID: pid, Status: task.Status_RUNNING, Then: &fakecontainerd.Task{PID: uint32(other), Status: task.Status_RUNNING}}
		}},
		{name: "it is stopped then", reason: "stopped", task: func(*fakecontainerd.Server) fakecontainerd.Task {
			return fakecontainerd.Task{PID: pid, Status: task.Status_RUNNING, Then: &fakecontainerd.Task{PID: pid, Status: task.Status_STOPPED}}
		}},
		{name: "another container has the ID then", reason: "same ID", task: func(server *fakecontainerd.Server) fakecontainerd.Task {
			first := running()
			first.Do = func() {
				afterTheRecord()
				server.Remove("default", "web")
				again := record("web")
				again.CreatedAt = timestamppb.New(made.Add(time.Second))
				server.Add("default", again)
			}
			second := running()
			first.Then = &second
			return first
		}},
		{name: "the record is gone then", reason: "record is gone", task: func(server *fakecontainerd.Server) fakecontainerd.Task {
			first := running()
			first.Do = func() {
				afterTheRecord()
				server.Remove("default", "web")
			}
			return first
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := fakecontainerd.Start(t)
			web := record("web")
			if test.spec != "" {
				web.Spec.Value = []byte(test.spec)
			}
			server.Add("default", web)
			server.SetTask("default", "web", test.task(server))
			r := newResolver(t, config(t, server))
			r.now = func() (uint64, error) { return 0, nil } // older than any process
			_, err := target(t, r, "web")
			var got *GoneError
			if !errors.As(err, &got) || !strings.Contains(got.Reason, test.reason) || got.Container.ID != "web" {
				t.Fatalf("Target: %v, want %q", err, test.reason)
			}
			if errors.Is(err, proc.ErrGone) != test.gone {
				t.Errorf("wraps ErrGone: %t", !test.gone)
			}
		})
	}
}

func TestSpecThatCannotBeRead(t *testing.T) {
	server := fakecontainerd.Start(t)
	web := record("web")
	web.Spec.Value = []byte("\x0a\x01")
	server.Add("default", web)
	server.SetTask("default", "web", running())
	if _, err := target(t, newResolver(t, config(t, server)), "web"); err == nil || !strings.Contains(err.Error(), `read the spec of container "web"`) {
		t.Fatalf("Target: %v", err)
	}
}

func TestCancelledSearch(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	r := newResolver(t, config(t, server))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := r.Target(ctx, mustParse(t, "web")); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Target: %v", err)
	}
}

// TestProcessOlderThanTheQuestion: nobody else can have had its PID since the
// search began, so nobody is asked twice.
func TestProcessOlderThanTheQuestion(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	first := running()
	first.Then = &fakecontainerd.Task{PID: first.PID, Status: task.Status_STOPPED}
	server.SetTask("default", "web", first)
	r := newResolver(t, config(t, server))
	old, err := proc.Pin(int(first.PID))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	r.now = func() (uint64, error) { return old.StartTime() + 1, nil }
	if _, err := target(t, r, "web"); err != nil {
		t.Errorf("Target: %v", err)
	}
	server.SetTask("default", "web", first)
	r.now = func() (uint64, error) { return old.StartTime(), nil } // in the same moment
	var gone *GoneError
	if _, err := target(t, r, "web"); !errors.As(err, &gone) {
		t.Errorf("Target: %v, want that it is gone", err)
	}
}
