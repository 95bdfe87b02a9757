package plan_test

import (
	"errors"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// A process in a frozen cgroup hangs, and ^C does not end it: only who asks
// for it gets that (opencontainers/runc#3223).
func TestPausedContainerIsRefusedAtOnce(t *testing.T) {
	f := dockerFacts()
	f.Frozen = true
	if _, err := plan.Decide(f, dockerSpec(), plan.Request{Args: []string{"true"}}); !errors.Is(err, plan.ErrFrozen) {
		t.Errorf("%v", err)
	}
	p := decide(t, f, dockerSpec(), plan.Request{IgnorePaused: true})
	if !p.Frozen || len(p.Cgroups) != 1 {
		t.Errorf("--ignore-paused: frozen %t, cgroups %v", p.Frozen, p.Cgroups)
	}
	p = decide(t, f, dockerSpec(), plan.Request{NoCgroup: true})
	if p.Frozen || len(p.Cgroups) != 0 {
		t.Errorf("--no-cgroup: frozen %t, cgroups %v", p.Frozen, p.Cgroups)
	}
	if decide(t, dockerFacts(), dockerSpec(), plan.Request{IgnorePaused: true}).Frozen {
		t.Error("a container that runs is waited for without a deadline")
	}
}
