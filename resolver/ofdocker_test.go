package resolver

import (
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestDockerInAnotherNamespace: dockerd --containerd-namespace.
func TestDockerInAnotherNamespace(t *testing.T) {
	web, other := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	server := fakecontainerd.Start(t)
	server.Add("docker-ci", record(web, labelDockerBundle+"=/run/docker/containerd/"+web))
	server.SetTask("docker-ci", web, running())
	server.Add("default", record(other)) // not Docker's
	server.SetTask("default", other, running())
	c := config(t, server)
	c.DockerDataRoots = []string{dockerRoot(t, web+" web running", other+" other running")}
	r := newResolver(t, c)
	for _, text := range []string{"web", web[:5], web, "docker://web", "docker://" + web, "docker://" + web[:5]} {
		got, err := target(t, r, text)
		if err != nil || got.Container.ID != web || got.Container.Namespace != "docker-ci" || got.Container.Spec == nil {
			t.Errorf("%s: %+v, %v", text, got, err)
			continue
		}
		if text != web && got.Container.Name != "web" {
			t.Errorf("%s: name %q", text, got.Container.Name)
		}
	}
	if got, err := target(t, r, "other"); err == nil {
		t.Errorf("a container that is not Docker's was taken for one: %+v", got.Container)
	}
	rows, err := r.List(t.Context())
	rows = slices.DeleteFunc(rows, func(row Row) bool { return row.ID != web })
	if err != nil || len(rows) != 1 || rows[0].Name != "web" {
		t.Errorf("listed as %+v, %v", rows, err)
	}

	c.Namespace = "moby"
	if got, err := target(t, newResolver(t, c), "web"); err == nil {
		t.Errorf("found outside of the namespace that was named: %+v", got.Container)
	}
}
