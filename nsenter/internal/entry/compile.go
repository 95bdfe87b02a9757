package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// The messages of a program, in the place of a call's address in its records.
const (
	// Ready says that all but the fork is done. The result holds the first
	// eight bytes of the current directory's path.
	Ready = 1
	// Born says that the process was forked into the PID namespace. The result
	// is its PID in the caller's namespace.
	Born = 2
	// Listener says that a seccomp filter with a listener was installed. The
	// result is its descriptor in the process, which waits until the caller has
	// taken it.
	Listener = 3
)

// The descriptors of a program come after 0, 1, 2 and the preserved ones.
func control(p *plan.Plan) int { return 3 + p.PreserveFDs }
func pidfd(p *plan.Plan) int   { return control(p) + 1 }

// Control returns the descriptor at which a program for the plan expects the
// control socket. The next one is for the pidfd of the container's init, and
// those after it for its OwnJoins.
func Control(p *plan.Plan) int { return control(p) }

// compiler collects the calls of a program.
type compiler struct {
	*stage.Program
	plan    *plan.Plan
	filters []sys.Filter
	dead    stage.Next // what follows when the caller is gone

	programs []stage.Address // of the filters, once they are in the memory
}

// usualCalls is more than a program has for most containers.
const usualCalls = 112

// Compile returns the program that carries out the plan with the given
// seccomp filters, the oldest first.
func Compile(p *plan.Plan, filters []sys.Filter) *stage.Program {
	c := &compiler{Program: stage.New(usualCalls), plan: p, filters: filters}
	c.dead = c.Label()
	c.leaveHost()
	c.cgroups()
	c.labels()
	c.join()
	c.attributes()
	c.identity()
	c.capabilities()
	c.report()
	forked := c.fork()
	c.session()
	if p.LateFilters {
		c.confine()
	}
	c.execute()
	if forked != nil {
		forked()
	}
	c.Mark(c.dead)
	c.call("end, the caller being gone", unix.SYS_EXIT_GROUP, 125)
	return c.Program
}

// MustWait reports whether the filters of a program that Compile made have to
// wait until the process is in the PID namespace, where else they are installed
// before: they deny what it does from then on, and runc does not.
func MustWait(p *plan.Plan, program *stage.Program, filters []sys.Filter) bool {
	return !p.NoNewPrivs && len(filters) > 0 && !passes(program, filters)
}

// passes reports whether the filters let pass what follows their installation.
func passes(program *stage.Program, filters []sys.Filter) bool {
	installed := false
	for _, call := range program.Calls() {
		switch {
		case call.Nr == unix.SYS_SECCOMP:
			installed = true
		case !installed || call.Nr == stage.Load || call.Nr == unix.SYS_EXECVE || call.Nr == unix.SYS_FACCESSAT || call.Nr == unix.SYS_FACCESSAT2:
		default:
			for _, f := range filters {
				if !f.Allows(call.Nr, call.Args) {
					return false
				}
			}
		}
	}
	return true
}

// call adds a call whose failure ends the program.
func (c *compiler) call(step string, nr uintptr, args ...uint64) {
	call := stage.Call{Step: step, Nr: nr}
	copy(call.Args[:], args)
	c.Add(call)
}

// with adds a call that more finishes.
func (c *compiler) with(step string, nr uintptr, args []uint64, more func(*stage.Call)) {
	call := stage.Call{Step: step, Nr: nr}
	copy(call.Args[:], args)
	more(&call)
	c.Add(call)
}

func (c *compiler) prctl(step string, args ...uint64) { c.call(step, unix.SYS_PRCTL, args...) }

// leaveHost lets go of what the process has from its caller.
func (c *compiler) leaveHost() {
	c.closeFrom("close the caller's descriptors", firstTasks(c.plan)+len(OwnJoins(c.plan)))
	c.call("mark the control socket", unix.SYS_FCNTL, uint64(control(c.plan)), unix.F_SETFD, unix.FD_CLOEXEC)
	c.prctl("become undumpable", unix.PR_SET_DUMPABLE, 0)
	// And not only after the fork: a filter of init's own making may feign that
	// one, and the caller's session has the caller's terminal (TIOCSTI).
	c.call("leave the caller's session", unix.SYS_SETSID)
	c.prctl("set the name", unix.PR_SET_NAME, uint64(c.String("sidestep"))) // else that of a descriptor
	c.signals()
	limits := sys.Rlimits()
	for _, r := range c.plan.Rlimits {
		c.call("set "+r.Name, unix.SYS_PRLIMIT64, 0, uint64(limits[r.Name]), uint64(c.Words(r.Soft, r.Hard)), 0)
	}
}

// closeFrom closes all descriptors from one on. Requires at least Linux 5.9.
func (c *compiler) closeFrom(step string, fd int) {
	const all = 1<<32 - 1
	c.call(step, unix.SYS_CLOSE_RANGE, uint64(fd), all, 0)
}

// signals gives the process the default disposition of each signal and an empty
// mask. What a caller handles has no handler any more; what it ignores, under
// nohup(1) for one, would stay ignored.
func (c *compiler) signals() {
	const setSize = 8 // sizeof(sigset_t) of the kernel
	zeros := uint64(c.Words(0, 0, 0, 0))
	for sig := uint64(1); sig <= 64; sig++ {
		if c.plan.Ignored&(1<<(sig-1)) != 0 {
			c.call("reset the signals", unix.SYS_RT_SIGACTION, sig, zeros, 0, setSize)
		}
	}
	c.call("unblock the signals", unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, zeros, 0, setSize)
}

// join enters the namespaces, all or none: setns(2) with a pidfd, Linux 5.8,
// checks and prepares every one before it installs the first.
func (c *compiler) join() {
	flags := 0
	for _, n := range c.plan.Namespaces {
		flags |= n.Flag()
	}
	if flags != 0 {
		c.call("join the namespaces", unix.SYS_SETNS, uint64(pidfd(c.plan)), uint64(flags))
	}
	c.call("close the pidfd", unix.SYS_CLOSE, uint64(pidfd(c.plan)))
}
