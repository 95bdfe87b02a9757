package kube

import (
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testCompletion: kubectl's own completion asks the plugin, and is told the
// cluster's pods, containers and nodes.
func testCompletion(t *testing.T, c *cluster) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{""}, "exec"},
		{[]string{"exec", "ap"}, "app"},
		{[]string{"exec", "app", "-c", ""}, "sidecar"},
		{[]string{"exec", "dep"}, "deployments/"},
		{[]string{"exec", "deploy/"}, "deploy/web"},
		{[]string{"exec", "deploy/web", "-c", ""}, "web"},
		{[]string{"node", "no"}, testbed.Node},
		{[]string{"exec", "-n", "kube-s"}, "kube-system"},
	} {
		// What kubectl completion's scripts call.
		out := c.Output(t, append([]string{"__complete", "sidestep"}, test.args...)...)
		candidates := strings.Split(out, "\n")
		for i, candidate := range candidates {
			candidates[i], _, _ = strings.Cut(candidate, "\t")
		}
		if !slices.Contains(candidates, test.want) {
			t.Errorf("kubectl sidestep %q completes to %q, without %s", test.args, candidates, test.want)
		}
	}
}
