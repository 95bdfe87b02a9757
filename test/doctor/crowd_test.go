package doctor

import (
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestCrowd: of many shims, all those that hang are named, in the time of one.
func TestCrowd(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	const crowd, atOnce = 24, 4
	all := make([]*testbed.Container, crowd)
	var starting sync.WaitGroup
	for first := range atOnce {
		starting.Go(func() {
			for i := first; i < crowd; i += atOnce {
				all[i] = bed.Run(t, testbed.Container{})
			}
		})
	}
	starting.Wait()
	var stuck []string
	for _, i := range []int{3, 11, 17} {
		shim := all[i].ShimPID(t)
		signal(t, shim, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, shim, syscall.SIGCONT) })
		stuck = append(stuck, "default/"+all[i].ID)
	}
	r := diagnose(t, bed)
	r.expect(t, "degraded", "shim.process", "shim.socket")
	var named []string
	for _, c := range r.Checks {
		if c.ID == "shim.process" {
			named = append(named, c.Container)
		}
	}
	slices.Sort(stuck)
	slices.Sort(named)
	testbed.Equal(t, "stuck", strings.Join(named, " "), strings.Join(stuck, " "))
	if i := slices.IndexFunc(r.Checks, func(c check) bool { return c.Subject == "21 of 24 shims" }); i < 0 {
		t.Errorf("nothing of those that answer: %s", r)
	}
}
