package resolver

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/api/types/task"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestListWithStuckShims(t *testing.T) {
	server := fakecontainerd.Start(t)
	stuck := map[string]bool{"c07": true, "c23": true, "c42": true}
	for i := range 50 {
		id := fmt.Sprintf("c%02d", i)
		server.Add("default", record(id))
		answer := running()
		if stuck[id] {
			answer.After = time.Hour
		}
		server.SetTask("default", id, answer)
	}
	c := config(t, server)
	begin := time.Now()
	rows, err := newResolver(t, c).List(t.Context())
	if err != nil || len(rows) != 50 {
		t.Fatalf("List: %d rows, %v", len(rows), err)
	}
	if waited := time.Since(begin); waited > 2*c.Timeout {
		t.Errorf("three stuck shims cost %s, their deadline is %s", waited, c.Timeout)
	}
	for _, row := range rows {
		var unknown *UnknownStateError
		switch {
		case stuck[row.ID] && (row.State != Unknown || row.PID != 0 || !errors.As(row.Err, &unknown)):
			t.Errorf("%s: %s, PID %d, %v", row.ID, row.State, row.PID, row.Err)
		case !stuck[row.ID] && (row.State != Running || row.PID != os.Getpid() || row.Err != nil):
			t.Errorf("%s: %s, PID %d, %v", row.ID, row.State, row.PID, row.Err)
		}
	}
	if calls := server.Calls(); slices.Contains(calls, "/containerd.services.tasks.v1.Tasks/List") {
		t.Error("it listed the tasks")
	}
}

func TestListEverything(t *testing.T) {
	web, over := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	first, second := fakecontainerd.Start(t), fakecontainerd.Start(t)
	first.Add("k8s.io", record("sandbox", inPodLabels("p", "u", "")...))
	first.Add("k8s.io", record("container", inPodLabels("p", "u", "app")...))
	first.SetTask("k8s.io", "sandbox", running())
	first.SetTask("k8s.io", "container", fakecontainerd.Task{PID: 7, Status: task.Status_PAUSED})
	second.Add("moby", record(web))
	second.SetTask("moby", web, running())
	second.Add("default", record("done"))
	second.Add("default", record("exited"))
	second.SetTask("default", "exited", fakecontainerd.Task{PID: 9, Status: task.Status_STOPPED})
	c := config(t, first, second)
	c.Addresses = append(c.Addresses, fakecontainerd.SocketPath(t))
	c.DockerDataRoots = []string{dockerRoot(t, web+" web running", over+" over exited")}
	rows, err := newResolver(t, c).List(t.Context())
	var connect *ConnectError
	if !errors.As(err, &connect) || connect.Address != c.Addresses[2] {
		t.Errorf("List: %v, want that one socket is missing", err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprintf("%s %.9s %s %s %t, task %t %d", row.Namespace, row.ID, row.Name, row.State, row.PID > 0, row.Task, row.Was))
		if !row.Created.Equal(made) || row.Spec != nil {
			t.Errorf("%s: created %s, spec %v", row.ID, row.Created, row.Spec)
		}
	}
	want := []string{
		"default done  no task false, task false 0", "default exited  stopped false, task true 9",
		"k8s.io container app paused true, task true 0", "k8s.io sandbox  running true, task true 0",
		"moby a1a1a1a1a web running true, task true 0", "moby b2b2b2b2b over stopped false, task false 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestListWithoutDaemon(t *testing.T) {
	c := config(t)
	c.Addresses = []string{fakecontainerd.SocketPath(t)}
	rows, err := newResolver(t, c).List(t.Context())
	var connect *ConnectError
	if rows != nil || !errors.As(err, &connect) || connect.Kind != NoSocket {
		t.Errorf("List: %v, %v", rows, err)
	}
}

// TestListOfOneSocket: the containers of a Docker that has another containerd
// than the one that was named are left out, those that ended too. Where it is not
// known whose they are, they are shown.
func TestListOfOneSocket(t *testing.T) {
	web, over := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	named := fakecontainerd.Start(t)
	named.Add("default", record("other"))
	h := newHost(t)
	h.config.Addresses = []string{named.Address}
	h.config.DockerDataRoots = []string{dockerRoot(t, web+" web running", over+" over exited")}
	ids := func() (all []string) {
		rows, err := h.resolver().List(t.Context())
		if err != nil {
			t.Error(err)
		}
		for _, row := range rows {
			all = append(all, row.ID)
		}
		return all
	}
	if got := ids(); !slices.Equal(got, []string{"other", web, over}) {
		t.Errorf("nothing shows whose they are: %q", got)
	}
	h.bundle("moby", web, 0)
	if got := ids(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("a bundle of another containerd: %q", got)
	}
	var unknown *UnknownStateError
	if _, err := target(t, h.resolver(), "web"); !errors.As(err, &unknown) || unknown.Elsewhere != h.at.root+"/run/containerd/containerd.sock" {
		t.Errorf("its name: %v", err)
	}
	h.config.Addresses = append(h.config.Addresses, h.server.Address)
	if got := ids(); !slices.Equal(got, []string{"other", web, over}) {
		t.Errorf("both are named: %q", got)
	}
}
