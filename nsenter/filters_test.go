package nsenter

import (
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

func TestOldestFiltersAreChosen(t *testing.T) {
	all := []sys.Filter{{Flags: 1}, {Flags: 2}, {Flags: 3}}
	for want, n := range map[int]int{1: 1, 2: 2, 3: 3, -1: 3} {
		got, err := chooseFilters(slices.Clone(all), &plan.Plan{Filters: want})
		if err != nil || len(got) != n || got[0].Flags != 1 {
			t.Errorf("%d: %v, %v", want, got, err)
		}
	}
	for name, c := range map[string]struct {
		filters []sys.Filter
		want    int
	}{
		"none of one": {nil, 1}, "none of an unknown number": {nil, -1}, "one of two": {all[:1], 2},
	} {
		if got, err := chooseFilters(c.filters, &plan.Plan{Filters: c.want}); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Flags of seccomp(2).
const log, spec, listens, wait = 2, 4, 8, 32

// Filters that decide the same about every system call: to allow it
// (SECCOMP_RET_ALLOW), and to ask a supervisor (SECCOMP_RET_USER_NOTIF).
var (
	allowing  = deciding(log, 0x7fff0000)
	notifying = deciding(0, 0x7fc00000)
)

func deciding(flags uint64, verdict uint32) sys.Filter {
	f := sys.Filter{Flags: flags}
	f.Instructions = slices.Grow(f.Instructions, 1)[:1]
	f.Instructions[0].Code, f.Instructions[0].K = 6, verdict // BPF_RET | BPF_K
	return f
}

func TestFlagsThatTheKernelDoesNotTell(t *testing.T) {
	for name, c := range map[string]struct {
		plan plan.Plan
		want [2]uint64
	}{
		"a supervisor":   {plan.Plan{Listener: &plan.Listener{}}, [2]uint64{log, listens}},
		"SPEC_ALLOW":     {plan.Plan{Listener: &plan.Listener{}, SpecAllow: true}, [2]uint64{log | spec, listens | spec}},
		"calls are kept": {plan.Plan{Listener: &plan.Listener{WaitKillable: true}}, [2]uint64{log, listens | wait}},
	} {
		c.plan.Filters = 2
		got, err := chooseFilters([]sys.Filter{allowing, notifying}, &c.plan)
		if err != nil || got[0].Flags != c.want[0] || got[1].Flags != c.want[1] {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A filter that asks, and nobody to answer: each such call would fail.
func TestFiltersWithoutTheirSupervisorAreRefused(t *testing.T) {
	listener := &plan.Listener{Path: "/run/agent"}
	for name, c := range map[string]struct {
		filters  []sys.Filter
		listener *plan.Listener
	}{
		"nobody is named":       {[]sys.Filter{notifying}, nil},
		"of the runtime's":      {[]sys.Filter{notifying, allowing}, listener},
		"two of them":           {[]sys.Filter{notifying, notifying}, listener},
		"the runtime's, no one": {[]sys.Filter{notifying, allowing}, nil},
	} {
		if got, err := chooseFilters(c.filters, &plan.Plan{Filters: len(c.filters), Listener: c.listener}); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}
