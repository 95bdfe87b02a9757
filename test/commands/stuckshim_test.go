package commands

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestStuckShim: one shim of several does not answer.
func TestStuckShim(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		var all []*testbed.Container
		for range 4 {
			all = append(all, bed.Run(t, testbed.Container{}))
		}
		stuck := all[1]
		if err := syscall.Kill(stuck.ShimPID(t), syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}

		var found map[string]row
		within(t, 1200*time.Millisecond, "ps", func() { found = rows(t, bed.Sidestep(t, "ps", "-o", "json")) })
		testbed.Equal(t, "containers", len(found), len(all))
		for _, c := range all {
			testbed.Equal(t, c.ID, fmt.Sprint(found[c.ID].PID, " ", found[c.ID].State), fmt.Sprint(c.PID, " running"))
		}
		within(t, 2*time.Second, "exec beside it", func() {
			testbed.Equal(t, "exec beside it", bed.Output(t, "exec", all[0].ID, "id", "-u"), "0")
		})
		within(t, time.Second, "exec of the stuck one", func() {
			r := bed.Sidestep(t, "exec", stuck.ID, "id", "-u")
			testbed.Equal(t, "exec of the stuck one", r.Stdout, "0\n")
		})
		within(t, 4*time.Second, "exec with containerd alone", func() {
			r := bed.Sidestep(t, "--source", "containerd", "--timeout", "3s", "exec", stuck.ID, "true")
			testbed.ExpectFailure(t, r, 125, stuck.ID, "pid:N")
		})
		testbed.Equal(t, "exec by PID", bed.Output(t, "exec", fmt.Sprintf("pid:%d", stuck.PID), "id", "-u"), "0")
	})
}

// within checks how long something takes.
func within(t *testing.T, limit time.Duration, what string, do func()) {
	t.Helper()
	start := time.Now()
	do()
	if took := time.Since(start); took > limit {
		t.Errorf("%s took %v, want at most %v", what, took, limit)
	}
}
