package plan_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Only the hierarchy that does nothing but count processes waits until the
// process is in the PID namespace.
func TestProcessIsCountedAfterItsFork(t *testing.T) {
	all := []proc.Membership{v1("3", "devices", "/docker/4d6"), v1("4", "pids", "/docker/4d6"),
		{Hierarchy: "5", Controllers: []string{"cpu", "pids"}, Path: "/docker/4d6"}, v2("/docker/4d6")[0]}
	for name, c := range map[string]struct {
		change func(*plan.Facts)
		late   int
	}{
		"own PID namespace":    {func(*plan.Facts) {}, 1},
		"shared PID namespace": {func(f *plan.Facts) { f.Target[proc.PID] = f.Caller[proc.PID] }, 0},
		"it may trace":         {func(f *plan.Facts) { f.Status.Caps.Bounding |= 1 << 19 }, 0},
	} {
		f, spec := dockerFacts(), dockerSpec()
		f.Cgroups, f.CallerCgroups, spec.Linux.CgroupsPath = all, nil, "/docker/4d6"
		c.change(&f)
		p := decide(t, f, spec, plan.Request{Args: []string{"true"}})
		if len(p.Late()) != 0 || p.MayCountLate() != (c.late == 1) {
			t.Errorf("%s: late %+v without need, may be %t", name, p.Late(), p.MayCountLate())
		}
		p.CountLate = p.MayCountLate()
		late := p.Late()
		if len(late) != c.late || len(p.Early())+len(late) != len(all) || c.late == 1 && late[0].Hierarchy != "4" {
			t.Errorf("%s: early %+v, late %+v", name, p.Early(), late)
		}
	}
}
