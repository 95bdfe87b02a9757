package kube

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testExec: streams and exit codes are those of the command, whatever it is.
func testExec(t *testing.T, c *cluster) {
	r := c.run(t, "exec", "app", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
	testbed.Equal(t, "stdout", r.Stdout, "out\n")
	testbed.Equal(t, "exit code", r.Code, 7)
	if !strings.HasSuffix(r.Stderr, "err\n") || strings.Contains(r.Stderr, "error:") {
		t.Errorf("stderr %q", r.Stderr)
	}
	c.nothingLeft(t)

	c.keep(t)
	r = c.run(t, "exec", "--keep", "-q", "app", "--", "sh", "-c", "echo err >&2")
	testbed.Equal(t, "stderr of a second command", r.Stderr, "err\n")
	for _, test := range []struct {
		code int
		args []string
	}{
		{0, []string{"true"}},
		{1, []string{"false"}},
		{137, []string{"sh", "-c", "kill -9 $$"}},
		{126, []string{"/etc/passwd"}},
		{127, []string{"no-such-command"}},
	} {
		r := c.run(t, append([]string{"exec", "--keep", "app", "--"}, test.args...)...)
		testbed.Equal(t, "exit code of "+strings.Join(test.args, " "), r.Code, test.code)
		testbed.Equal(t, "stdout of "+strings.Join(test.args, " "), r.Stdout, "")
	}
	// What a shell would split or expand arrives as it is.
	odd := []string{"a b", "", "$HOME", "'", `"`, "\\", "é\n", "--", "-i"}
	got := c.output(t, append([]string{"exec", "--keep", "app", "--", "printf", "%s|"}, odd...)...)
	testbed.Equal(t, "arguments", got, strings.Join(odd, "|")+"|")
	testbed.Equal(t, "environment", c.output(t, "exec", "--keep", "-e", "A=b c", "app", "--", "sh", "-c", "echo $A"), "b c")
	testbed.Equal(t, "directory", c.output(t, "exec", "--keep", "-w", "/var/www", "app", "--", "pwd"), "/var/www")
}

// testExecSame: a command is what kubectl exec would have started.
func testExecSame(t *testing.T, c *cluster) {
	c.keep(t)
	for _, script := range []string{
		"id", "hostname", "pwd", "env | grep -v -e ^PWD= -e ^SHLVL= | sort", "cat /proc/self/cgroup | sort",
		"for n in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$n; done",
		"grep -e ^Cap -e ^NoNewPrivs -e ^Seccomp: -e ^Groups /proc/self/status", "ulimit -a", "umask", "cat /proc/self/oom_score_adj",
	} {
		testbed.Equal(t, script, c.output(t, "exec", "--keep", "app", "--", "sh", "-c", script),
			c.Output(t, "exec", "app", "--", "sh", "-c", script))
	}
}

// testExecSecret: neither the arguments of a command nor its data are in what
// the API server audits, nor in the helper pod's log or spec.
func testExecSecret(t *testing.T, c *cluster) {
	c.keep(t)
	const secret = "correct-horse"
	cmd := c.command("exec", "--keep", "-i", "-e", "S="+secret+"1", "app", "--", "sh", "-c", "cat; echo $S "+secret+"2; echo "+secret+"3 >&2")
	cmd.Stdin = strings.NewReader(secret + "4\n")
	r := testbed.Run(t, cmd)
	testbed.Equal(t, "stdout", r.Stdout, secret+"4\n"+secret+"1 "+secret+"2\n")
	for _, place := range []string{c.auditLog(t), c.Output(t, "get", "pods", "-o", "yaml"), c.Output(t, append([]string{"logs"}, c.helpers(t)...)...)} {
		if at := strings.Index(place, secret); at >= 0 {
			t.Errorf("the secret is told: %s", place[max(0, at-200):min(len(place), at+50)])
		}
	}
	if !strings.Contains(c.auditLog(t), "/attach?") {
		t.Error("the audit log does not have the attaching")
	}
}
