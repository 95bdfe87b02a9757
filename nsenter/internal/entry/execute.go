package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// The steps whose failure is the user's to mend, and so is told apart.
const (
	StepDirectory     = "change to the working directory"
	StepIsDirectory   = "execute a directory"
	StepNotFound      = "find the command"
	StepNotExecutable = "execute a file without permission"
	StepExecute       = "execute the command"
)

// session makes the process the leader of a session of its own, which it is
// already unless it was forked, with the plan's terminal as its controlling one.
func (c *compiler) session() {
	if c.plan.Joins(proc.PID) {
		c.call("start a session", unix.SYS_SETSID)
	}
	if c.plan.TTY {
		c.call("take the terminal", unix.SYS_IOCTL, 0, unix.TIOCSCTTY, 0)
	}
}

// execute looks for the command as the user that the process has become, in
// runc's way (exec.LookPath): the first file in the path that may be executed
// and is no directory is the one, and what execve(2) says of it is final.
func (c *compiler) execute() {
	argv, envp := uint64(c.Strings(c.plan.Args)), uint64(c.Strings(c.plan.Env))
	here := unix.AT_FDCWD
	at := uint64(here)
	for _, path := range c.plan.Path {
		next := c.Label()
		file, dir := uint64(c.String(path)), uint64(c.String(path+"/."))
		c.mayExecute(at, file, next)
		usable := c.Label()
		c.with("look for the command", unix.SYS_FACCESSAT, []uint64{at, dir, unix.F_OK},
			func(call *stage.Call) { call.Negative, call.Zero = usable, next })
		c.Mark(usable)
		c.prctl("outlive the caller", unix.PR_SET_PDEATHSIG, 0)
		if c.plan.NoNewPrivs {
			c.install()
		}
		c.call(StepExecute, unix.SYS_EXECVE, file, argv, envp)
		c.Mark(next)
	}
	c.explain(at)
}

// mayExecute goes on to next when the process may not execute a file, by its
// effective IDs and capabilities (faccessat2(2), Linux 5.8). A seccomp profile
// may not know that call: its older form, which looks at the real IDs, has the
// last word, as in Go's and so runc's look-up.
func (c *compiler) mayExecute(at, file uint64, next stage.Next) {
	allowed, older := c.Label(), c.Label()
	c.with("look for the command", unix.SYS_FACCESSAT2, []uint64{at, file, unix.X_OK, unix.AT_EACCESS},
		func(call *stage.Call) { call.Negative, call.Zero = older, allowed })
	c.Mark(older)
	c.with("look for the command", unix.SYS_FACCESSAT, []uint64{at, file, unix.X_OK},
		func(call *stage.Call) { call.Negative = next })
	c.Mark(allowed)
}

// explain ends the program with the reason why nothing could be executed.
func (c *compiler) explain(at uint64) {
	named := c.plan.Named() // then its own errno tells, not that of a search
	notFound, noPermission := c.errno(unix.ENOENT), c.errno(unix.EACCES)
	for _, path := range c.plan.Path {
		next, isFile := c.Label(), c.Label()
		c.with("look for the command", unix.SYS_FACCESSAT, []uint64{at, uint64(c.String(path)), unix.F_OK},
			func(call *stage.Call) {
				call.Negative = next
				if named {
					call.Store = notFound
				}
			})
		c.with(StepIsDirectory, unix.SYS_FACCESSAT, []uint64{at, uint64(c.String(path + "/.")), unix.F_OK},
			func(call *stage.Call) {
				call.Negative, call.Zero = isFile, next
				if named {
					call.Zero = stage.Fail
				}
			})
		c.Mark(isFile)
		c.call(StepNotExecutable, stage.Load, uint64(noPermission))
		c.Mark(next)
	}
	c.call(StepNotFound, stage.Load, uint64(notFound))
}

// errno keeps an error as a system call returns it.
func (c *compiler) errno(e unix.Errno) stage.Address { return c.Words(uint64(-int64(e))) }
