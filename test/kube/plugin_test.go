package kube

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// sessionTimeout bounds how long a session on a terminal takes to show
// something: a helper pod may have to start before.
const sessionTimeout = 60 * time.Second

// command returns "kubectl sidestep …", as the administrator.
func (c *cluster) command(args ...string) *exec.Cmd { return c.as(c.Kubeconfig, args...) }

// as returns "kubectl sidestep …" with another kubeconfig.
func (c *cluster) as(kubeconfig string, args ...string) *exec.Cmd {
	cmd := c.KubectlAs(kubeconfig, append([]string{"sidestep"}, args...)...)
	cmd.Env = append(cmd.Env, "SIDESTEP_IMAGE="+testbed.Sidestep, "SIDESTEP_ADDRESS="+c.Address)
	return cmd
}

// run runs "kubectl sidestep …" with no stdin.
func (c *cluster) run(t testing.TB, args ...string) testbed.Result {
	t.Helper()
	return testbed.Run(t, c.command(args...))
}

// output runs "kubectl sidestep …", which must succeed, and returns its output
// without the last newline.
func (c *cluster) output(t testing.TB, args ...string) string {
	t.Helper()
	r := c.run(t, args...)
	if r.Code != 0 {
		t.Fatalf("kubectl sidestep %s: exit code %d, stdout %q, stderr %q", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// terminal starts "kubectl sidestep …" on a terminal.
func (c *cluster) terminal(t testing.TB, args ...string) *testbed.Terminal {
	t.Helper()
	return testbed.StartTerminal(t, c.command(args...), sessionTimeout)
}

// helpers returns the names of the helper pods that there are, in all
// namespaces.
func (c *cluster) helpers(t testing.TB) []string {
	t.Helper()
	return strings.Fields(c.Output(t, "get", "pods", "--all-namespaces", "-l", "app.kubernetes.io/managed-by=kubectl-sidestep", "-o", "name"))
}

// nothingLeft checks that there is no helper pod, soon, and that no process of
// sidestep is on the node.
func (c *cluster) nothingLeft(t testing.TB) {
	t.Helper()
	testbed.Eventually(t, sessionTimeout, "no helper pod is left", func() bool { return len(c.helpers(t)) == 0 })
	testbed.Eventually(t, sessionTimeout, "no process of sidestep is left", func() bool {
		for _, p := range c.Processes() {
			if p.State != 'Z' && strings.Contains(p.Args, "serve --stdio") {
				return false
			}
		}
		return true
	})
}

// keep starts a helper pod that is kept until the test ends.
func (c *cluster) keep(t *testing.T) {
	t.Helper()
	c.output(t, "exec", "--keep", "app", "--", "true")
	t.Cleanup(func() {
		c.output(t, "cleanup")
		c.nothingLeft(t)
	})
}

// buildPlugin builds kubectl-sidestep as it is released, and the script that
// kubectl asks for completions, beside sidestep.
func buildPlugin(t *testing.T) {
	t.Helper()
	bin := filepath.Dir(testbed.Binary(t))
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(bin, "kubectl-sidestep"),
		"github.com/sidestep-dev/sidestep/cmd/kubectl-sidestep")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build kubectl-sidestep: %v\n%s", err, out)
	}
	testbed.WriteFile(t, filepath.Join(bin, "kubectl_complete-sidestep"), "#!/bin/sh\nexec kubectl-sidestep __complete \"$@\"\n", 0o755)
}
