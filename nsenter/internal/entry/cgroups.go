package entry

import (
	"fmt"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// OwnJoins returns those of the plan's cgroups that the process joins by
// itself: those of version 1. A program for the plan expects a descriptor of
// the "tasks" file of each, open for writing, after that of the pidfd.
//
// A process with one thread that moves itself by that file is spared the lock
// on all forks and exits of the host, and so the wait of milliseconds for an RCU
// grace period, that a move through cgroup.procs takes
// (cgroup_procs_write_start in kernel/cgroup/cgroup.c; since Linux 5.5).
func OwnJoins(p *plan.Plan) []plan.Cgroup {
	return slices.DeleteFunc(p.Early(), func(c plan.Cgroup) bool { return c.Unified() })
}

// firstTasks is the first of those descriptors.
func firstTasks(p *plan.Plan) int { return pidfd(p) + 1 }

// cgroups joins the cgroups of version 1, and closes their files.
func (c *compiler) cgroups() {
	joins := OwnJoins(c.plan)
	if len(joins) == 0 {
		return
	}
	itself := uint64(c.String("0"))
	for i, join := range joins {
		c.call(fmt.Sprintf("join the cgroup %q", join.Path), unix.SYS_WRITE, uint64(firstTasks(c.plan)+i), itself, 1)
	}
	c.closeFrom("close the files of the cgroups", firstTasks(c.plan))
}
