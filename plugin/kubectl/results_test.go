package kubectl

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// TestFailureJSON: one line on stderr, and no other of sidestep's.
func TestFailureJSON(t *testing.T) {
	c := newCaller(t, many(), podOf("lost", "broken"))
	for _, args := range [][]string{
		{"exec", "-o", "json", "absent", "--", "name"},
		{"exec", "lost", "-o", "json", "--", "name"},
		{"exec", "-o", "json", "many", "--", "nothing"},
		{"exec", "-o", "json", "-l", "app=none", "--", "name"},
		{"node", "broken", "-o", "json", "--", "name"},
		{"exec", "-o", "json", "--nonsense"},
		{"exec", "--all", "--fold", "-o", "json", "--", "name"},
		{"ps", "-o", "json", "absent"},
		{"ps", "-o", "json", "one", "two"},
		{"doctor", "absent", "-o", "json"},
		{"doctor", "-o", "json"},
		{"ns", "-o", "json", "absent"},
		{"ns", "-o", "json", "lost"},
	} {
		code := c.run(t, args...)
		var f told
		if err := json.Unmarshal(c.err.Bytes(), &f); err != nil || f.Error == "" || f.Hint == "" || f.ExitCode != code || code < 125 || strings.Count(c.err.String(), "\n") != 1 {
			t.Errorf("%v: exit code %d, %v: %q", args, code, err, c.err.String())
		}
	}
	c.expectFailure(t, 125, "unknown output format", "text or json", "exec", "-o", "yaml", "many", "--", "name")
}

// TestFanOutJSON: all outcomes in one list on stdout, which nothing is beside.
func TestFanOutJSON(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n1"), podOf("web-3", "broken"), podOf("web-4", "n1", func(pod *corev1.Pod) {
		pod.Status.ContainerStatuses[0] = corev1.ContainerStatus{Name: "c"}
	}))
	code := c.run(t, "exec", "--all", "-o", "json", "--", "odd")
	var got []result
	if err := json.Unmarshal(c.out.Bytes(), &got); err != nil || code != 125 || c.err.Len() > 0 || len(got) != 4 {
		t.Fatalf("exit code %d, %v: %q, %q", code, err, c.out.String(), c.err.String())
	}
	want := []result{
		{Namespace: "shop", Pod: "web-1", Container: "c", Node: "n1", Stdout: "even\n"},
		{Namespace: "shop", Pod: "web-2", Container: "c", Node: "n1", Stderr: "odd\n", ExitCode: 3},
		{Namespace: "shop", Pod: "web-3", Container: "c", Node: "broken", ExitCode: 125, Failure: &told{Error: `node "broken" is broken`, Hint: "mend it", ExitCode: 125}},
	}
	if !reflect.DeepEqual(got[:3], want) {
		t.Errorf("%+v", got)
	}
	if f := got[3].Failure; f == nil || !strings.Contains(f.Error, "does not run") || got[3].ExitCode != 125 {
		t.Errorf("%+v", got[3])
	}
}

// TestNotices: what the node says of a command is told apart from what the
// command writes.
func TestNotices(t *testing.T) {
	c := newCaller(t, podOf("web-1", "n1"), podOf("web-2", "n1"))
	const said, own = "sidestep: the \\x1bdaemon is slow\n", "the command's own\n"
	if c.run(t, "exec", "web-1", "--", "noticed"); c.err.String() != said+own {
		t.Errorf("%q", c.err.String())
	}
	if c.run(t, "exec", "-q", "web-1", "--", "noticed"); c.err.String() != own {
		t.Errorf("-q: %q", c.err.String())
	}
	c.run(t, "exec", "--all", "--fold", "--", "noticed")
	if c.out.String() != "=== 2 of 2 pods: web-1 web-2\n"+own || !strings.Contains(c.err.String(), "[web-2] "+said) {
		t.Errorf("%q, %q", c.out.String(), c.err.String())
	}
}
