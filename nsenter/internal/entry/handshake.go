package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// report says Ready and waits for the caller's word. The kernel writes the
// path of a directory that is not below the root with "(unreachable)" in
// front (getcwd(2)): its first bytes tell the caller.
func (c *compiler) report() {
	path := uint64(stage.Scratch)
	record := c.Words(Ready, 0)
	c.call("read the working directory", unix.SYS_GETCWD, path, stage.ScratchSize)
	whatever := c.Label()
	c.with("read the working directory", stage.Load, []uint64{path}, func(call *stage.Call) {
		call.Store, call.Negative = record+8, whatever
	})
	c.Mark(whatever)
	c.send(record)
	c.await()
}

func (c *compiler) send(record stage.Address) {
	c.call("write to the control socket", unix.SYS_WRITE, uint64(control(c.plan)), uint64(record), stage.RecordSize)
}

// await waits until the caller lets the process go on. The end of the control
// socket means that the caller is dead or wants the process dead.
func (c *compiler) await() {
	c.with("read the control socket", unix.SYS_READ, []uint64{uint64(control(c.plan)), uint64(c.Words(0)), 1},
		func(call *stage.Call) { call.Zero = c.dead })
}

// StepFork is the step that fails with EAGAIN when the cgroup that the process
// is in has as many processes as it may have.
const StepFork = "fork into the PID namespace"

// fork forks the process into the PID namespace that it joined, as a child of
// the caller (CLONE_PARENT, clone(2)). It returns what adds the rest of the
// forking process's calls, or nil when the process is where it belongs.
func (c *compiler) fork() func() {
	if !c.plan.Joins(proc.PID) {
		return nil
	}
	parent := c.Label()
	record := c.Words(Born, 0)
	c.with(StepFork, unix.SYS_CLONE, []uint64{unix.CLONE_PARENT | uint64(unix.SIGCHLD)},
		func(call *stage.Call) { call.Store, call.Positive = record+8, parent })
	c.dieWithCaller()
	c.await()
	return func() {
		c.Mark(parent)
		c.send(record)
		c.call("end", unix.SYS_EXIT_GROUP, 0)
	}
}

// dieWithCaller makes the kernel kill the process when the caller dies, also
// while it is frozen. A fork and a change of credentials undo it (prctl(2)).
func (c *compiler) dieWithCaller() {
	c.prctl("die with the caller", unix.PR_SET_PDEATHSIG, uint64(unix.SIGKILL))
}
