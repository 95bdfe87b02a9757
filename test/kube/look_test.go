package kube

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testLook: ps and ns say of a pod's containers what the node's /proc says,
// and doctor that all is well.
func testLook(t *testing.T, c *cluster) {
	c.keep(t)
	var rows []struct {
		Node  string
		PID   int
		State string
		Pod   struct{ Name, Container string }
	}
	out := c.output(t, "ps", "--keep", "app", "-o", "json")
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	found := map[string]bool{}
	for _, row := range rows {
		testbed.Equal(t, "node", row.Node, testbed.Node)
		testbed.Equal(t, "pod", row.Pod.Name, "app")
		environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", row.PID))
		if row.Pod.Container != "" && strings.Contains(string(environment), "C="+row.Pod.Container+"\x00") {
			found[row.Pod.Container] = true
		}
	}
	for _, container := range []string{"first", "second", "sidecar"} {
		if !found[container] {
			t.Errorf("ps does not say the PID of %s:\n%s", container, out)
		}
	}
	if out := c.output(t, "ns", "--keep", "app"); !strings.Contains(out, hostNamespace(t, "user")) {
		t.Errorf("ns does not show the host's namespaces:\n%s", out)
	}
	if r := c.run(t, "doctor", "--keep", "app"); r.Code > 1 || r.Stdout == "" {
		t.Errorf("doctor: %+v", r)
	}
}
