package kube

import (
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testLatency: with a helper pod that is kept, a command takes no longer than
// with kubectl exec. Rounds alternate, so that both see the same machine. The
// ratios are within a twentieth of 1 here, where one kubectl after the other starts
// on few processors, and other work moves them by as much: so they are shown, and
// what fails is a way that has become another one, such as a pod for each call.
func testLatency(t *testing.T, c *cluster) {
	const rounds, tolerance = 20, 1.25
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
	if best := float64(slices.Min(ours)) / float64(slices.Min(theirs)); best > tolerance {
		t.Errorf("slower than kubectl exec: %.2f times", best)
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
