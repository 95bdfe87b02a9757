package resolver

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestDockerNames(t *testing.T) {
	web, ended, never, lost := strings.Repeat("a1", 32), strings.Repeat("b2", 32), strings.Repeat("c3", 32), strings.Repeat("d4", 32)
	server := fakecontainerd.Start(t)
	server.Add("moby", record(web))
	server.SetTask("moby", web, running())
	server.Add("default", record("web-2"))
	server.Add("default", record("clash-1", labelNerdctlName+"=clash"))
	server.SetTask("default", "clash-1", running())
	server.Add("default", record("ended"))
	server.SetTask("default", "ended", running())
	c := config(t, server)
	c.DockerDataRoots = []string{dockerRoot(t, web+" web running", ended+" over exited", never+" clash created", lost+" lost running")}
	r := newResolver(t, c)

	for _, text := range []string{"web", "svc-web", web[:5], "docker://web", "docker://" + web, "docker://" + web[:5]} {
		got, err := target(t, r, text)
		if err != nil || got.Container.ID != web || got.Container.Namespace != "moby" || got.Container.Spec == nil {
			t.Errorf("%s: %+v, %v", text, got, err)
			continue
		}
		if !strings.HasSuffix(text, web) && got.Container.Name != "web" {
			t.Errorf("%s: name %q", text, got.Container.Name)
		}
	}
	if got, err := target(t, r, "clash"); err != nil || got.Container.ID != "clash-1" {
		t.Errorf("the one of two that runs: %+v, %v", got, err)
	}
	if got, err := target(t, r, "ended"); err != nil || got.Container.Namespace != "default" {
		t.Errorf("an ID: %+v, %v", got, err)
	}

	states := map[string]State{"over": Stopped, ended: Stopped, "b2b2": Stopped, "docker://clash": Created, never: Created}
	for text, want := range states {
		_, err := target(t, r, text)
		var got *StateError
		if !errors.As(err, &got) || got.State != want || got.Container.Namespace != "moby" {
			t.Errorf("%s: %v", text, err)
		}
	}
	var unknown *UnknownStateError
	if _, err := target(t, r, "lost"); !errors.As(err, &unknown) || unknown.Container.ID != lost {
		t.Errorf("lost: %v", err)
	}
	if got, err := r.Container(t.Context(), mustParse(t, "over")); err != nil || got.ID != ended || got.Spec != nil || got.Image != "httpd" {
		t.Errorf("Container(over): %+v, %v", got, err)
	}
	for text, want := range map[string]string{"containerd://over": "none", "docker://web-2": "none", "docker://clash-1": "none"} {
		if _, err := target(t, r, text); refused(err) != want {
			t.Errorf("%s: %v", text, err)
		}
	}

	c.Namespace = "default"
	if _, err := target(t, newResolver(t, c), "over"); refused(err) != "none" {
		t.Errorf("outside of Docker's namespace: %v", err)
	}
}

// TestDockerNameNeedsNoSurvey: a host has thousands of processes. They are looked
// at only where no containerd knows a container that Docker says runs.
func TestDockerNameNeedsNoSurvey(t *testing.T) {
	web, lost := strings.Repeat("a1", 32), strings.Repeat("d4", 32)
	server := fakecontainerd.Start(t)
	server.Add("moby", record(web))
	server.SetTask("moby", web, running())
	c := config(t, server)
	c.DockerDataRoots = []string{dockerRoot(t, web+" web running", lost+" lost running")}
	r := newResolver(t, c)
	for text, want := range map[string]bool{"web": false, web[:5]: false, "docker://web": false, "lost": true, "unknown": true} {
		looked := false
		_, err := r.search(t.Context(), mustParse(t, text), func() *survey { looked = true; return &survey{} })
		if err != nil || looked != want {
			t.Errorf("%s: looked: %t, want %t; %v", text, looked, want, err)
		}
	}
}

func TestDockerThatHangs(t *testing.T) {
	silent := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", silent)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	server := fakecontainerd.Start(t)
	server.Add("default", record("web"))
	c := config(t, server)
	c.DockerSockets = []string{silent}
	r := newResolver(t, c)
	begin := time.Now()
	if _, err := r.Container(t.Context(), mustParse(t, "web")); err != nil || time.Since(begin) > 300*time.Millisecond {
		t.Errorf("an ID: %v after %s", err, time.Since(begin))
	}
	_, err = r.Container(t.Context(), mustParse(t, "nothing"))
	var none *NotFoundError
	if !errors.As(err, &none) || len(none.Unanswered) != 1 || !strings.Contains(err.Error(), "docker at "+silent+": no answer in 250ms") {
		t.Errorf("nothing: %v", err)
	}
}
