package resolver

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestAnothersContainer: two containerds may have a container of one ID, and keep what
// their runtime records of it in one place. What is the other's is not entered with
// the rights that this one's record gives.
func TestAnothersContainer(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	h.bundle("default", "web", pid)
	h.state("default", "web", pid, 0)
	this := fakecontainerd.Start(t)
	this.Add("default", record("web"))
	h.config.Addresses = []string{this.Address}

	_, err := target(t, h.resolver(), "web")
	var state *StateError
	if !errors.As(err, &state) || state.State != NoTask {
		t.Errorf("this one has no task: %v", err)
	}
	this.SetTask("default", "web", fakecontainerd.Task{After: time.Hour})
	var unknown *UnknownStateError
	if _, err := target(t, h.resolver(), "web"); !errors.As(err, &unknown) {
		t.Errorf("this one does not say: %v", err)
	}
}

// TestOwnerAmongContainerds: of two containerds that have a container of one ID, the
// process belongs to the container of the one that runs it.
func TestOwnerAmongContainerds(t *testing.T) {
	id := strings.Repeat("ab", 32)
	cgroups := []proc.Membership{{Path: "/default/" + id}}
	record := record(id)
	record.Spec.Value = []byte(`{"linux":{"cgroupsPath":"/default/` + id + `","namespaces":[{"type":"pid","path":"/proc/self/ns/pid"}]}}`)
	recorded, runs := fakecontainerd.Start(t), fakecontainerd.Start(t)
	recorded.Add("default", record)
	runs.Add("default", record)
	runs.SetTask("default", id, running())
	process, err := proc.Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()
	want := "containerd at " + runs.Address
	for _, addresses := range [][]string{{recorded.Address, runs.Address}, {runs.Address, recorded.Address}} {
		c := config(t)
		c.Addresses = addresses
		r := newResolver(t, c)
		if got := r.ownerByDaemons(t.Context(), process, cgroups); !got.ok || got.container.Source != want {
			t.Errorf("pid:N is of %+v", got.container)
		}
		if got := r.daemonsOwner(t.Context(), process, lineageOf(os.Getpid()), cgroups); got == nil || got.Container.Source != want {
			t.Errorf("who: %+v", got)
		}
	}

	r := newResolver(t, config(t, recorded))
	if got := r.ownerByDaemons(t.Context(), process, cgroups); got.ok {
		t.Errorf("a record without a task: %+v", got.container)
	}
	recorded.SetTask("default", id, fakecontainerd.Task{Err: errors.New("ttrpc: closed")})
	if got := newResolver(t, config(t, recorded)).ownerByDaemons(t.Context(), process, cgroups); !got.ok {
		t.Error("the only one that has such a container does not say which process is its")
	}
}

// TestOwnerInCgroupBelow: a container's cgroup may be below another's.
func TestOwnerInCgroupBelow(t *testing.T) {
	pid, _ := sleeper(t)
	other, _ := sleeper(t)
	process, err := proc.Pin(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()
	lineage := lineageOf(pid)
	for _, test := range []struct {
		owner Owner
		want  bool
	}{
		{Owner{Init: pid}, false},
		{Owner{Init: os.Getpid()}, false},
		{Owner{Init: other}, false}, // in one PID namespace
		{Owner{State: NoTask}, true},
		{Owner{State: Unknown}, false},
	} {
		if got := test.owner.doubtful(process, lineage); got != test.want {
			t.Errorf("%+v: %t", test.owner, got)
		}
	}
}
