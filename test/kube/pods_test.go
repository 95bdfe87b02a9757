package kube

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

const which = "echo $C"

// testContainers: which container of which pod is meant is as with kubectl.
func testContainers(t *testing.T, c *cluster) {
	c.keep(t)
	for want, args := range map[string][]string{
		"second":  {"app"}, // the annotation's
		"first":   {"app", "-c", "first"},
		"sidecar": {"app", "-c", "sidecar"},   // an init container that goes on
		"slow":    {"starting", "-c", "slow"}, // an init container that has not ended
		"web":     {"deployment/web"},
	} {
		args = append(append([]string{"exec", "--keep"}, args...), "--", "sh", "-c", which)
		testbed.Equal(t, strings.Join(args, " "), c.output(t, args...), want)
	}
	testbed.Equal(t, "pod/NAME", c.output(t, "exec", "--keep", "pod/app", "--", "sh", "-c", which), "second")
	testbed.Equal(t, "-n", c.output(t, "exec", "--keep", "-n", "default", "app", "--", "sh", "-c", which), "second")

	c.Output(t, "debug", "app", "--image="+testbed.Busybox, "--container=guest", "--env=C=guest", "--profile=general", "--", "sleep", "86400")
	testbed.Eventually(t, sessionTimeout, "the ephemeral container runs", func() bool {
		r := testbed.Run(t, c.Kubectl("get", "pod", "app", "-o", "jsonpath={.status.ephemeralContainerStatuses[0].state.running.startedAt}"))
		return r.Stdout != ""
	})
	testbed.Equal(t, "ephemeral", c.output(t, "exec", "--keep", "app", "-c", "guest", "--", "sh", "-c", which), "guest")

	for _, test := range []struct {
		args              []string
		errorText, inHint string
	}{
		{[]string{"app", "-c", "third"}, "third", "second"},
		{[]string{"absent"}, "absent", ""},
		{[]string{"deployment/absent"}, "absent", ""},
		{[]string{"starting", "-c", "app"}, "app", ""}, // has not started
	} {
		r := c.run(t, append(append([]string{"exec", "--keep"}, test.args...), "--", "true")...)
		testbed.ExpectFailure(t, r, 125, test.errorText, test.inHint)
	}
}

// testUser: -u takes the names of the container's users.
func testUser(t *testing.T, c *cluster) {
	c.keep(t)
	testbed.Equal(t, "-u NAME", c.output(t, "exec", "--keep", "-u", "dev", "app", "--", "sh", "-c", "id -u; id -G; echo $HOME"), "1000\n1000 10 33\n/home/dev")
	testbed.Equal(t, "-u UID:GID", c.output(t, "exec", "--keep", "-u", "7:8", "app", "--", "sh", "-c", "id -u; id -g"), "7\n8")
	testbed.Equal(t, "distroless", c.output(t, "exec", "--keep", "distroless", "--", "/opt/busybox", "id", "-u"), "65532")
	testbed.Equal(t, "distroless, -u", c.output(t, "exec", "--keep", "-u", "0", "distroless", "--", "/opt/busybox", "id", "-u"), "0")
	r := c.run(t, "exec", "--keep", "-u", "absent", "app", "--", "true")
	testbed.ExpectFailure(t, r, 125, "absent", "")
}

// testDistroless: where there is no shell, that is said.
func testDistroless(t *testing.T, c *cluster) {
	c.keep(t)
	r := c.run(t, "exec", "--keep", "distroless", "--", "sh")
	testbed.ExpectFailure(t, r, 127, "sh", "maybe no shell")
	r = c.run(t, "exec", "--keep", "distroless")
	testbed.ExpectFailure(t, r, 127, "sh", "kubectl sidestep node NODE -- ls /proc/PID/root/bin")
	// What the hint says works.
	var rows []struct{ PID int }
	out := c.output(t, "ps", "--keep", "distroless", "-o", "json")
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%v: %s", err, out)
	}
	listing := c.output(t, "node", testbed.Node, "--", "sh", "-c", fmt.Sprintf("ls /proc/%d/root/opt", rows[len(rows)-1].PID))
	testbed.Equal(t, "the container's files", listing, "busybox")
}

// testNode: a command and a shell in the node's own namespaces.
func testNode(t *testing.T, c *cluster) {
	for _, kind := range []string{"mnt", "net", "pid", "uts"} {
		testbed.Equal(t, kind, c.output(t, "node", testbed.Node, "--", "readlink", "/proc/self/ns/"+kind), hostNamespace(t, kind))
	}
	s := c.terminal(t, "node", testbed.Node)
	s.Send(t, "echo shell of $((6*7))\r")
	s.Expect(t, "shell of 42\r\n")
	s.Send(t, "exit 3\r")
	testbed.Equal(t, "exit code", s.Wait(t), 3)
	c.nothingLeft(t)
}
