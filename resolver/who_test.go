package resolver

import (
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/containerd/containerd/api/types/task"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestOwnerByLineage: a process whose cgroups say nothing belongs to the
// container whose init it is or comes from.
func TestOwnerByLineage(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	server.SetTask("default", "web", running())
	r := newResolver(t, config(t, server))
	child, _ := sleeper(t)
	for pid, want := range map[int]Role{os.Getpid(): RoleInit, child: RoleChild} {
		got, err := r.Owner(t.Context(), pid)
		if err != nil || got.Container.ID != "web" || got.Role != want || got.Init != os.Getpid() {
			t.Errorf("process %d: %+v, %v", pid, got, err)
		}
	}
}

func TestNoOwner(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	other, _ := sleeper(t)
	server.SetTask("default", "web", fakecontainerd.Task{PID: uint32(other), Status: task.Status_RUNNING})
	_, err := newResolver(t, config(t, server)).Owner(t.Context(), os.Getpid())
	var none *NoOwnerError
	if !errors.As(err, &none) || none.PID != os.Getpid() || none.Command == "" {
		t.Errorf("%v", err)
	}
}

func TestOwnerOfNothing(t *testing.T) {
	pid, end := sleeper(t)
	end()
	_, err := newResolver(t, config(t)).Owner(t.Context(), pid)
	var gone *GoneError
	if !errors.As(err, &gone) {
		t.Errorf("%v", err)
	}
}

func TestOwnerNeedsNoDaemon(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	c := config(t, server)
	c.Timeout = time.Minute
	begin := time.Now()
	_, err := newResolver(t, c).Owner(t.Context(), os.Getpid())
	var none *NoOwnerError
	if waited := time.Since(begin); !errors.As(err, &none) || waited > 2*ownerTimeout {
		t.Errorf("%v after %s", err, waited)
	}
}

func TestOrphan(t *testing.T) {
	id := strings.Repeat("ab", 32)
	got := orphan([]proc.Membership{{Path: "/"}, {Path: "/docker/" + id}})
	if got == nil || got.Container.ID != id || got.State != Unknown {
		t.Errorf("%+v", got)
	}
	if got := orphan([]proc.Membership{{Path: "/user.slice"}, {Path: "/default/web"}}); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestLineage(t *testing.T) {
	pid, _ := sleeper(t)
	line := lineageOf(pid)
	if len(line) < 2 || line[0] != pid || line[1] != os.Getpid() {
		t.Errorf("%v", line)
	}
	if line := lineageOf(1 << 30); len(line) != 1 {
		t.Errorf("a process that is not there: %v", line)
	}
}

// TestNameByDocker: Docker's files name the container of a process, wherever they
// are, and a Docker that hangs is not waited for where they do.
func TestNameByDocker(t *testing.T) {
	web := strings.Repeat("a1", 32)
	root := dockerRoot(t, web+" web running")
	mounts := []specs.Mount{{Source: root + "/containers/" + web + "/hostname"}}
	c := config(t)
	c.DockerSockets = []string{silentSocket(t)}
	begin := time.Now()
	got := newResolver(t, c).nameByDocker(t.Context(), Container{ID: web, Namespace: "moby", Spec: &specs.Spec{Mounts: mounts}})
	if took := time.Since(begin); got.Name != "web" || got.Image != "httpd" || took > dockerTimeout {
		t.Errorf("by its mounts: %+v after %s", got, took)
	}
	c.DockerDataRoots = []string{root}
	if got := newResolver(t, c).nameByDocker(t.Context(), Container{ID: web, Namespace: "moby"}); got.Name != "web" {
		t.Errorf("in the usual place: %+v", got)
	}
	if got := newResolver(t, c).nameByDocker(t.Context(), Container{ID: web, Namespace: "default"}); got.Name != "" {
		t.Errorf("another's container: %+v", got)
	}
}

// silentSocket returns a socket that accepts and never answers.
func silentSocket(t *testing.T) string {
	t.Helper()
	path := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return path
}
