package resolver

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

func containerdRecord(namespace, id, spec string) containerd.Record {
	return containerd.Record{Namespace: namespace, ID: id, SpecJSON: []byte(spec)}
}

// A Docker daemon with its own data root and socket is found by what it has
// mounted into its containers.
func TestNamesOfADockerInAnUnusualPlace(t *testing.T) {
	web, ended := strings.Repeat("a1", 32), strings.Repeat("b2", 32)
	root := dockerRoot(t, web+" web running", ended+" over exited")
	made := record(web)
	made.Spec = &anypb.Any{Value: []byte(`{"linux":{"namespaces":[{"type":"pid","path":"/proc/self/ns/pid"}]},"mounts":[` +
		`{"destination":"/proc","source":"proc"},{"destination":"/etc/hosts","source":"` + root + `/containers/` + web + `/hosts"}]}`)}
	server := fakecontainerd.Start(t)
	server.Add("moby", made)
	server.SetTask("moby", web, running())
	server.Add("default", record("other"))
	r := newResolver(t, config(t, server))

	for _, text := range []string{"web", "docker://web"} {
		if got, err := target(t, r, text); err != nil || got.Container.ID != web || got.Container.Name != "web" {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if _, err := target(t, r, "over"); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("one that ended: %v", err)
	}
	if _, err := target(t, r, "nothing"); refused(err) != "none" {
		t.Errorf("an unknown name: %v", err)
	}
	rows, err := r.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, row := range rows {
		names[row.ID] = row.Name
	}
	if names[web] != "web" || names[ended] != "over" {
		t.Errorf("names in the list: %v", names)
	}
}

func TestOnlyMountsOfTheContainersOwnFilesNameADataRoot(t *testing.T) {
	id := strings.Repeat("a1", 32)
	for source, want := range map[string]string{
		"/data/containers/" + id + "/hostname": "/data",
		"/containers/" + id + "/hosts":         "",
		"/data/containers/other/hostname":      "",
		"data/containers/" + id + "/hostname":  "",
		"/data/containers/" + id:               "",
		"tmpfs":                                "",
	} {
		r := containerdRecord("moby", id, `{"mounts":[{"destination":"/x","source":"`+source+`"}]}`)
		if got := dataRootOf(r); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
	if got := dataRootOf(containerdRecord("default", id, `{"mounts":[{"source":"/data/containers/`+id+`/hosts"}]}`)); got != "" {
		t.Errorf("outside of Docker's namespace: %q", got)
	}
	if got := dataRootOf(containerdRecord("moby", id, `{`)); got != "" {
		t.Errorf("a damaged spec: %q", got)
	}
}
