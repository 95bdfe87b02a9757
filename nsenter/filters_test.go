package nsenter

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

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

var (
	allowing  = sys.Filter{Flags: unix.SECCOMP_FILTER_FLAG_LOG, Instructions: []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}}}
	notifying = sys.Filter{Instructions: []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF}}}
)

func TestFlagsThatTheKernelDoesNotTell(t *testing.T) {
	const log, spec, listener, wait = unix.SECCOMP_FILTER_FLAG_LOG, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
	for name, c := range map[string]struct {
		plan plan.Plan
		want [2]uint64
	}{
		"a supervisor":   {plan.Plan{Listener: &plan.Listener{}}, [2]uint64{log, listener}},
		"SPEC_ALLOW":     {plan.Plan{Listener: &plan.Listener{}, SpecAllow: true}, [2]uint64{log | spec, listener | spec}},
		"calls are kept": {plan.Plan{Listener: &plan.Listener{WaitKillable: true}}, [2]uint64{log, listener | wait}},
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
