package kube

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testLatency: with a helper pod that is kept, a command takes no longer than
// with kubectl exec. Rounds alternate, so that both see the same machine. Other
// work on it slows most what has more of its time here than on the node, so
// that it is enough when the best of the rounds are no slower.
func testLatency(t *testing.T, c *cluster) {
	const rounds = 20
	c.keep(t)
	var ours, theirs []time.Duration
	for range rounds {
		ours = append(ours, took(t, c.command("exec", "--keep", "app", "--", "true")))
		theirs = append(theirs, took(t, c.Kubectl("exec", "app", "--", "true")))
	}
	for name, of := range map[string]func([]time.Duration) time.Duration{"median": median, "best": slices.Min[[]time.Duration]} {
		t.Logf("%s of %d: kubectl sidestep exec --keep %d ms, kubectl exec %d ms: %.2f ×",
			name, rounds, of(ours).Milliseconds(), of(theirs).Milliseconds(), float64(of(ours))/float64(of(theirs)))
	}
	if median(ours) > median(theirs) && slices.Min(ours) > slices.Min(theirs) {
		t.Error("slower than kubectl exec")
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
