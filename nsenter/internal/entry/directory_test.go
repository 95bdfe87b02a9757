package entry_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
)

// runc's way: as root, and as the user where root may not (NFS).
func TestDirectoryThatRootMayNotEnterIsTriedAsTheUser(t *testing.T) {
	for name, c := range map[string]struct {
		results []int64
		failed  string
	}{
		"root may": {[]int64{0}, ""}, "the user may": {[]int64{forbidden, 0}, ""}, "neither": {[]int64{forbidden, missing}, entry.StepDirectory},
	} {
		p := dockerPlan()
		m := newMachine(t, entry.Compile(p, nil), entry.Control(p))
		n := 0
		trace, record := m.run(func(made call) (int64, bool) {
			if made.Nr != unix.SYS_CHDIR {
				return 0, false
			}
			n++
			return c.results[min(n, len(c.results))-1], true
		})
		if n != len(c.results) || n == 2 && last(trace, is(unix.SYS_CHDIR)) < last(trace, setuid) {
			t.Errorf("%s: %d attempts", name, n)
		}
		step := ""
		if record != nil {
			var failed stage.Call
			failed, _ = m.program.Call(*record)
			step = failed.Step
		}
		if step != c.failed || record != nil && record.Result != missing {
			t.Errorf("%s: %q fails, %v", name, step, record)
		}
	}
}
