package resolver

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func TestProcessByItsNumber(t *testing.T) {
	server := fakecontainerd.Start(t)
	r := newResolver(t, config(t, server))
	text := "pid:" + strconv.Itoa(os.Getpid())
	got, err := target(t, r, text)
	if err != nil || got.Process.PID() != os.Getpid() || got.Container.ID != "" || got.State != Running || got.Source != text {
		t.Errorf("Target: %+v, %v", got, err)
	}
	if _, err := r.Container(t.Context(), mustParse(t, text)); refused(err) != "none" {
		t.Errorf("Container: %v", err)
	}
}

func TestProcessThatIsNotThere(t *testing.T) {
	pid, end := sleeper(t)
	end()
	_, err := target(t, newResolver(t, config(t)), "pid:"+strconv.Itoa(pid))
	var gone *GoneError
	if !errors.As(err, &gone) || !errors.Is(err, proc.ErrGone) {
		t.Errorf("Target: %v", err)
	}
}

func TestProcessNeedsNoDaemon(t *testing.T) {
	server := fakecontainerd.Start(t)
	server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	c := config(t, server)
	c.Timeout = time.Minute
	begin := time.Now()
	if _, err := target(t, newResolver(t, c), "pid:"+strconv.Itoa(os.Getpid())); err != nil {
		t.Error(err)
	}
	if waited := time.Since(begin); waited > 2*ownerTimeout {
		t.Errorf("waited %s", waited)
	}
}

func TestOwnerIDs(t *testing.T) {
	id, outer := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	cgroups := []proc.Membership{
		{Path: "/docker/" + outer + "/docker/" + id},
		{Path: "/user.slice"},
		{Path: "/system.slice/docker-" + outer + ".scope"},
	}
	if got, want := ownerIDs(cgroups), []string{id, outer, "docker", "user.slice", "system.slice"}; !slices.Equal(got, want) {
		t.Errorf("ownerIDs: %q, want %q", got, want)
	}
}

func TestEvidenceOfOwner(t *testing.T) {
	id := strings.Repeat("ab", 32)
	tests := []struct {
		path string
		c    Container
		want bool
	}{
		{"/docker/" + id + "/x", Container{ID: id}, true},
		{"/user.slice", Container{ID: "user.slice"}, false},
		{"/default/web", Container{ID: "web", Spec: specWith("/default/web")}, true},
		{"/other/web", Container{ID: "web", Spec: specWith("/default/web")}, false},
	}
	for _, test := range tests {
		if got := evidenceOf([]proc.Membership{{Path: test.path}}, test.c); got != test.want {
			t.Errorf("%s: %t", test.path, got)
		}
	}
}
