package plugin

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/resolver"
)

func TestWriteWho(t *testing.T) {
	owner := &resolver.Owner{
		Container: resolver.Container{
			ID: webID, Namespace: "k8s.io", Name: "web", Source: "containerd at /c.sock",
			Pod: &resolver.Pod{Namespace: "shop", Name: "web-7d4b9", Container: "web"},
		},
		State: resolver.Running, Init: 18123, Role: resolver.RoleExec,
		Evidence: []string{`its cgroup "/docker/x"`, "the PID namespace of process 18123"},
	}
	out := newWhoOutput(18200, owner)
	out.Command = "ngi\x1bnx"
	var text strings.Builder
	if err := writeWho(&text, out, owner); err != nil {
		t.Fatal(err)
	}
	want := `process    18200 ("ngi\x1bnx"), was put into the container; its init is PID 18123
container  ` + webID + `
name       web
pod        shop/web-7d4b9/web
namespace  k8s.io
state      running
known by   containerd at /c.sock
evidence   its cgroup "/docker/x", the PID namespace of process 18123
`
	if text.String() != want {
		t.Errorf("got\n%s", text.String())
	}
}

func TestWhoArguments(t *testing.T) {
	for line, want := range map[string]string{
		"who":          "no process is named",
		"who 1 2":      "one too many",
		"who web":      `"web" is not the number of a process`,
		"who -- -1":    `"-1" is not the number of a process`,
		"who 99999999": "is not the number",
		"who -o x 1":   "unknown output format",
	} {
		_, stderr, code := run(t, strings.Fields(line)...)
		if code != 125 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
	}
}
