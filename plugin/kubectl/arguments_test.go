package kubectl

import (
	"strings"
	"testing"
)

// TestHelpOfCommands: cobra's own commands show what they know.
func TestHelpOfCommands(t *testing.T) {
	c := newCaller(t)
	for line, want := range map[string]string{
		"":                "Available Commands:",
		"help":            "Available Commands:",
		"help exec":       "kubectl sidestep exec (POD",
		"exec --help":     "kubectl sidestep exec (POD",
		"completion":      "powershell",
		"completion bash": "bash completion",
		"--version":       "kubectl sidestep version",
	} {
		if code := c.run(t, strings.Fields(line)...); code != 0 || !strings.Contains(c.out.String(), want) || c.err.Len() > 0 {
			t.Errorf("%s: exit code %d, %q, %q", line, code, c.out.String(), c.err.String())
		}
	}
}

// TestHelpFits: what a help says in sentences fits a terminal of 80 columns.
func TestHelpFits(t *testing.T) {
	root := newCaller(t).root("kubectl-sidestep")
	for _, cmd := range append(root.Commands(), root) {
		for line := range strings.Lines(cmd.Long) {
			if len(line) > 81 {
				t.Errorf("%s: %q", cmd.CommandPath(), line)
			}
		}
	}
}

// TestNoKubeconfig: who misspells a file is told so.
func TestNoKubeconfig(t *testing.T) {
	a := newApp(nil, nil, nil)
	name := "/nowhere/config"
	a.kube.KubeConfig = &name
	_, err := a.connectCluster()
	if err == nil {
		t.Fatal("there is a cluster")
	}
	if f := explain(err); !strings.Contains(f.Error(), name) || f.hint != "see the name of the file" {
		t.Errorf("%v, hint %q", f, f.hint)
	}
}
