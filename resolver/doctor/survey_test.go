package doctor

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// TestUnasked: the containerds that only a shim names are looked at too, each
// once.
func TestUnasked(t *testing.T) {
	dir := t.TempDir()
	socket, link := filepath.Join(dir, "a.sock"), filepath.Join(dir, "link.sock")
	if err := os.WriteFile(socket, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(socket, link); err != nil {
		t.Fatal(err)
	}
	l := newLook(Config{})
	for _, address := range []string{socket, link, "/none/b.sock", "/none/b.sock", "", "/none/asked.sock"} {
		l.monitors = append(l.monitors, procfs.Monitor{Namespace: "default", Address: address})
	}
	if got := l.unasked([]string{socket, "/none/asked.sock"}); !slices.Equal(got, []string{"/none/b.sock"}) {
		t.Errorf("%q", got)
	}
}

// TestOwner: a container's containerd is the one that its shim names.
func TestOwner(t *testing.T) {
	const asked, gone = "/none/asked.sock", "/none/gone.sock"
	one := func(name string) *daemon {
		return &daemon{address: "/none/" + name + ".sock", checks: []health.Check{{ID: name, Status: health.OK}}}
	}
	ctx := context.Background()
	look := func() *looking {
		l := newLook(Config{Resolver: resolver.New(resolver.Config{Addresses: []string{asked}})})
		t.Cleanup(func() { l.Resolver.Close() })
		l.daemons = []*daemon{one("asked")}
		l.further = []visit{{address: gone, done: make(chan *daemon, 1)}}
		l.further[0].done <- one("gone")
		return l
	}
	by := func(address string) chain {
		c := chain{monitor: &procfs.Monitor{Namespace: "default", Address: address}}
		c.container.ID, c.container.Namespace = "web", "default"
		return c
	}
	for address, want := range map[string]string{asked: "asked", gone: "gone"} {
		l := look()
		c := by(address)
		got := l.daemonChecks(ctx, l.daemonOf(ctx, c), c)
		if len(got) != 1 || got[0].ID != want {
			t.Errorf("%s: %+v", address, got)
		}
		l.close()
	}

	orphan := by("")
	orphan.monitor = nil
	l := look()
	l.daemons = append(l.daemons, one("other"))
	if got := l.daemonChecks(ctx, l.daemonOf(ctx, orphan), orphan); len(got) != 3 {
		t.Errorf("it may be any of three: %+v", got)
	}
	nobodys := chain{init: 1}
	if got := l.daemonChecks(ctx, l.daemonOf(ctx, nobodys), nobodys); len(got) != 0 {
		t.Errorf("a process of no container: %+v", got)
	}
}

// TestNoDaemon: that nobody was asked is said, and why.
func TestNoDaemon(t *testing.T) {
	r := resolver.New(resolver.Config{Sources: []resolver.Source{resolver.SourceProc}})
	defer r.Close()
	l := newLook(Config{Resolver: r})
	c := chain{init: 1}
	c.container.ID, c.container.Namespace = "web", "default"
	got := l.daemonChecks(context.Background(), nil, c)
	if len(got) != 1 || got[0].ID != "containerd.socket" || got[0].Status != health.Unknown {
		t.Errorf("%+v", got)
	}
}
