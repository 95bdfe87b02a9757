package plan_test

import (
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

func TestLimitsAndMaskAreThoseOfTheSpec(t *testing.T) {
	spec, score, mask := dockerSpec(), -500, uint32(0o077)
	spec.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: 1024, Hard: 1<<64 - 1}}
	spec.Process.OOMScoreAdj, spec.Process.User.Umask = &score, &mask
	p := decide(t, dockerFacts(), spec, plan.Request{})
	sameList(t, "limits", p.Rlimits, []plan.Rlimit{{Name: "RLIMIT_NOFILE", Soft: 1024, Hard: 1<<64 - 1}})
	if p.OOMScoreAdj == nil || *p.OOMScoreAdj != -500 || p.Umask != 0o077 {
		t.Errorf("OOM score %v, mask %o", p.OOMScoreAdj, p.Umask)
	}
	if p := decide(t, dockerFacts(), dockerSpec(), plan.Request{}); p.OOMScoreAdj != nil || p.Umask != 0o022 {
		t.Errorf("by default: OOM score %v, mask %o", p.OOMScoreAdj, p.Umask)
	}
}

// A limit that is not known by its name must not become another one.
func TestUnknownLimitIsAnError(t *testing.T) {
	spec := dockerSpec()
	spec.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_TOMORROW", Soft: 1, Hard: 1}}
	if _, err := plan.Decide(dockerFacts(), spec, plan.Request{Args: []string{"true"}}); err == nil {
		t.Error("it is taken")
	}
}

// The kernel's OOM killer prefers a high score: the command must not be
// spared for init, or for who called it.
func TestOOMScoreIsNotLowerThanInits(t *testing.T) {
	score := -900
	for name, c := range map[string]struct {
		spec         *int
		init, caller int
		want         *int
	}{
		"by the spec":             {&score, 500, 0, &score},
		"init's, which is higher": {nil, 500, 0, new(500)},
		"the caller's":            {nil, -500, 0, nil},
		"the same":                {nil, 0, 0, nil},
		"a spared caller's":       {nil, 0, -1000, new(0)},
	} {
		f, spec := dockerFacts(), dockerSpec()
		f.OOMScoreAdj, f.CallerOOMScoreAdj, spec.Process.OOMScoreAdj = c.init, c.caller, c.spec
		p := decide(t, f, spec, plan.Request{})
		if (p.OOMScoreAdj == nil) != (c.want == nil) || c.want != nil && *p.OOMScoreAdj != *c.want {
			t.Errorf("%s: %v", name, p.OOMScoreAdj)
		}
	}
}
