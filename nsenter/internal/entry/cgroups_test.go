package entry_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// Each cgroup of version 1 is joined once, by what means the process itself
// ("0"), while the host's files may be held and all privilege is there.
func TestCgroupsOfVersion1AreJoinedBeforeTheNamespaces(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		firstFile := uint64(entry.Control(p) + 2)
		var joins []int
		for i, c := range trace {
			if strings.HasPrefix(c.Step, "join the cgroup") {
				if c.Nr != unix.SYS_WRITE || c.Args[0] != firstFile+uint64(len(joins)) || c.Args[2] != 1 || byte(m.word(c.Args[1])) != '0' {
					t.Errorf("%s: %v", c.Step, c.Args)
				}
				joins = append(joins, i)
			}
		}
		if p.Cgroups == nil {
			if len(joins) > 0 {
				t.Errorf("joins %d", len(joins))
			}
			return
		}
		if len(joins) != 2 || trace[joins[0]].Step != `join the cgroup "/docker/4d6"` {
			t.Fatalf("joins: %v", joins)
		}
		closing := is(unix.SYS_CLOSE_RANGE, firstFile, 1<<32-1)
		inOrder(t, "the caller's descriptors, join, join, close, setns", first(trace, is(unix.SYS_CLOSE_RANGE, firstFile+2)),
			joins[0], joins[1], first(trace, closing), first(trace, setns))
	})
}
