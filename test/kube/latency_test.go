package kube

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testLatency: with a helper pod that is kept, a command takes no longer than
// with kubectl exec. Rounds alternate, so that both see the same machine.
func testLatency(t *testing.T, c *cluster) {
	const rounds = 15
	c.keep(t)
	var ours, theirs []time.Duration
	for range rounds {
		ours = append(ours, took(t, c.command("exec", "--keep", "app", "--", "true")))
		theirs = append(theirs, took(t, c.Kubectl("exec", "app", "--", "true")))
	}
	a, b := median(ours), median(theirs)
	t.Logf("median of %d: kubectl sidestep exec --keep %d ms, kubectl exec %d ms: %.2f ×",
		rounds, a.Milliseconds(), b.Milliseconds(), float64(a)/float64(b))
	if a > b {
		t.Errorf("slower than kubectl exec: %v > %v", a, b)
	}
}

func took(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	began := time.Now()
	if r := testbed.Run(t, cmd); r.Code != 0 {
		t.Fatalf("%v: %+v", cmd.Args, r)
	}
	return time.Since(began)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
