package kube

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// fleet is how many pods a command is run in.
const fleet = 20

// manyManifest is a deployment of as many pods, the name of each its hostname.
var manyManifest = fmt.Sprintf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: %d
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec:
      terminationGracePeriodSeconds: 0
      automountServiceAccountToken: false
      containers:
      - {name: c, image: %q, command: [sleep, "86400"]}
`, fleet, testbed.Busybox)

// testFanOut: one command in many pods, told apart by their names, and one
// exit code for all.
func testFanOut(t *testing.T, c *cluster) {
	c.Apply(t, manyManifest)
	t.Cleanup(func() { c.Output(t, "delete", "deployment", "many", "--wait=false") })
	c.AwaitPods(t, "default", "app=many", fleet)
	names := strings.Fields(c.Output(t, "get", "pods", "-l", "app=many", "-o", "jsonpath={.items[*].metadata.name}"))
	testbed.Equal(t, "pods", len(names), fleet)

	r := c.run(t, "exec", "-l", "app=many", "--", "hostname")
	testbed.Equal(t, "exit code", r.Code, 0)
	lines := strings.Split(strings.TrimSuffix(r.Stdout, "\n"), "\n")
	testbed.Equal(t, "lines", len(lines), fleet)
	for _, name := range names {
		// The prefix names the pod, and so does its output.
		found := 0
		for _, line := range lines {
			if strings.Count(line, name) == 2 {
				found++
			}
		}
		testbed.Equal(t, "lines of "+name, found, 1)
	}
	c.nothingLeft(t)

	// One of them fails: the others' output is there, and the summary says which.
	failing := names[7]
	r = c.run(t, "exec", "-l", "app=many", "--", "sh", "-c", "echo same; test $(hostname) != "+failing+" || exit 3")
	if r.Code == 0 {
		t.Error("exit code 0, but one of the commands failed")
	}
	testbed.Equal(t, "lines", strings.Count(r.Stdout, "same\n"), fleet)
	if !strings.Contains(r.Stderr, failing) || !strings.Contains(r.Stderr, "3") {
		t.Errorf("the summary does not name %s:\n%s", failing, r.Stderr)
	}

	r = c.run(t, "exec", "-l", "app=many", "--fold", "--", "echo", "same")
	testbed.Equal(t, "exit code with --fold", r.Code, 0)
	testbed.Equal(t, "equal outputs with --fold", strings.Count(r.Stdout, "same\n"), 1)
	c.nothingLeft(t)

	var results []struct {
		Pod, Stdout string
		ExitCode    int
	}
	r = c.run(t, "exec", "-l", "app=many", "-o", "json", "--", "sh", "-c", "hostname; test $(hostname) != "+failing)
	testbed.Equal(t, "exit code with -o json", r.Code, 1)
	if err := json.Unmarshal([]byte(r.Stdout), &results); err != nil || len(results) != fleet {
		t.Fatalf("%d results, %v: %s", len(results), err, r.Stdout)
	}
	for _, result := range results {
		testbed.Equal(t, "output of "+result.Pod, result.Stdout, result.Pod+"\n")
		testbed.Equal(t, "failed in "+result.Pod, result.ExitCode != 0, result.Pod == failing)
	}

	r = c.run(t, "exec", "-l", "app=none", "--", "true")
	testbed.ExpectFailure(t, r, 125, "app=none", "")
}
