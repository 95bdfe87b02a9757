package containerd

import (
	"maps"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	tasksapi "github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func marshal(t testing.TB, m proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sameRecord compares what was read with what containerd's own code reads.
func sameRecord(t *testing.T, got Record, want *containersapi.Container) {
	t.Helper()
	extensions := map[string]string{}
	for key, value := range want.GetExtensions() {
		extensions[key] = string(value.GetValue())
	}
	read := map[string]string{}
	for key, value := range got.Extensions {
		read[key] = string(value)
	}
	if got.ID != want.GetID() || got.Image != want.GetImage() || got.Runtime != want.GetRuntime().GetName() ||
		string(got.SpecJSON) != string(want.GetSpec().GetValue()) || !maps.Equal(got.Labels, want.GetLabels()) || !maps.Equal(read, extensions) {
		t.Errorf("%+v, want %v", got, want)
	}
	created := want.GetCreatedAt()
	if created != nil && !got.Created.Equal(created.AsTime()) || created == nil && !got.Created.IsZero() {
		t.Errorf("created %v, want %v", got.Created, created)
	}
}

func fullContainer() *containersapi.Container {
	return &containersapi.Container{
		ID: "web", Image: "img:1", Labels: map[string]string{"a": "b", "": "", "long": string(make([]byte, 300))}, SnapshotKey: "key", Snapshotter: "overlayfs",
		Runtime:   &containersapi.Container_Runtime{Name: "io.containerd.runc.v2", Options: &anypb.Any{TypeUrl: "o", Value: []byte{1}}},
		Spec:      &anypb.Any{TypeUrl: "spec", Value: []byte(`{"hostname":"h"}`)},
		CreatedAt: timestamppb.New(time.Unix(-5, 999)), UpdatedAt: timestamppb.Now(), Sandbox: "s",
		Extensions: map[string]*anypb.Any{"x": {TypeUrl: "t", Value: []byte("y")}, "empty": {}},
	}
}

func TestRecordIsReadAsContainerdsOwnCodeReadsIt(t *testing.T) {
	for _, c := range []*containersapi.Container{fullContainer(), {ID: "bare"}, {}} {
		record, err := readRecord("ns", marshal(t, &containersapi.GetContainerResponse{Container: c}))
		if err != nil || record.Namespace != "ns" {
			t.Fatal(record, err)
		}
		sameRecord(t, record, c)
	}
}

func TestTaskIsReadAsContainerdsOwnCodeReadsIt(t *testing.T) {
	want := map[task.Status]Status{
		task.Status_UNKNOWN: Unknown, task.Status_CREATED: Created, task.Status_RUNNING: Running, task.Status_STOPPED: Stopped,
		task.Status_PAUSED: Paused, task.Status_PAUSING: Paused, 77: Unknown,
	}
	for number := range task.Status_name {
		if _, known := want[task.Status(number)]; !known {
			t.Errorf("status %v is not known", task.Status(number))
		}
	}
	for number, status := range want {
		got, err := readTask(marshal(t, &tasksapi.GetResponse{Process: &task.Process{ID: "web", Pid: 1<<32 - 1, Status: number, Terminal: true, ExitStatus: 3}}))
		if err != nil || got != (Task{PID: 1<<32 - 1, Status: status}) {
			t.Errorf("%v: %+v, %v", number, got, err)
		}
	}
}

func FuzzRecord(f *testing.F) {
	f.Add(marshal(f, &containersapi.GetContainerResponse{Container: fullContainer()}))
	f.Add(marshal(f, &containersapi.GetContainerResponse{Container: &containersapi.Container{ID: "web"}}))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, message []byte) {
		_, err := readRecord("ns", message)
		var want containersapi.ListContainerMessage
		if proto.Unmarshal(message, &want) != nil {
			return // what is not valid UTF-8 is read here all the same
		}
		// A message that is there twice is merged by that code, which writes
		// each once itself.
		again, wrong := proto.Marshal(&want)
		if wrong != nil || err != nil {
			return
		}
		record, err := readRecord("ns", again)
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		if want.GetContainer().GetCreatedAt().CheckValid() == nil || want.GetContainer().GetCreatedAt() == nil {
			sameRecord(t, record, want.GetContainer())
		}
	})
}
