package entry_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

var (
	setns     = is(unix.SYS_SETNS)
	execve    = is(unix.SYS_EXECVE)
	clone     = is(unix.SYS_CLONE)
	seccomp   = is(unix.SYS_SECCOMP)
	setuid    = is(unix.SYS_SETRESUID)
	setgid    = is(unix.SYS_SETRESGID)
	setgroups = is(unix.SYS_SETGROUPS)
	undump    = is(unix.SYS_PRCTL, unix.PR_SET_DUMPABLE, 0)
	drop      = is(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP)
	nnp       = is(unix.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	await     = is(unix.SYS_READ)
)

// Init of the container may trace who is in its namespaces (CVE-2016-9962).
func TestExecutorCannotBeTracedFromTheJoinOn(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		if len(p.Namespaces) > 0 {
			inOrder(t, "close_range, undumpable, setns", first(trace, is(unix.SYS_CLOSE_RANGE)), first(trace, undump), first(trace, setns))
		}
		inOrder(t, "the change of user, undumpable, the caller's look", last(trace, setuid), last(trace, undump), first(trace, await))
		// And at once: the capabilities protect it no longer than the next of these.
		for _, later := range []int{first(trace, seccomp), first(trace, is(unix.SYS_CAPSET))} {
			if later >= 0 {
				inOrder(t, "the change of user, undumpable, filters and capabilities", last(trace, setuid), last(trace, undump), later)
			}
		}
	})
}

func TestAllNamespacesAreJoinedAtOnce(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		flags := uint64(0)
		for _, n := range p.Namespaces {
			flags |= uint64(n.Flag())
		}
		i := first(trace, setns)
		if flags == 0 {
			if i >= 0 {
				t.Error("setns of nothing means all, to some kernels")
			}
			return
		}
		if pidfd := uint64(entry.Control(p) + 1); i < 0 || i != last(trace, setns) || trace[i].Args[0] != pidfd || trace[i].Args[1] != flags {
			t.Errorf("setns is call %d of %d, last %d", i, len(trace), last(trace, setns))
		}
	})
}

// Each step needs a privilege that the next one takes away.
func TestPrivilegeIsGivenUpInTheOrderInWhichItIsNeeded(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		inOrder(t, "bounding set, keep, group, user, capabilities",
			last(trace, drop), last(trace, is(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, 1)), last(trace, setgid), last(trace, setuid),
			last(trace, is(unix.SYS_CAPSET)), last(trace, is(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL)))
		inOrder(t, "rlimits before the join", first(trace, is(unix.SYS_PRLIMIT64)), first(trace, setgid))
		if p.KeepGroups {
			if first(m.all(), setgroups) >= 0 {
				t.Error("setgroups is called where it is denied")
			}
		} else {
			inOrder(t, "groups, group", last(trace, setgroups), last(trace, setgid))
		}
		if p.Joins(proc.User) {
			inOrder(t, "setns, root of the namespace, mask", first(trace, setns), first(trace, setuid), first(trace, is(unix.SYS_UMASK)))
		}
		if i := first(trace, nnp); p.NoNewPrivs != (i >= 0) {
			t.Errorf("no_new_privs is call %d", i)
		}
	})
}

// Without no_new_privs a filter needs CAP_SYS_ADMIN; with it, what comes
// before execve(2) need not pass the filter.
func TestFiltersAreInstalledWhereTheKernelTakesThem(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		n := 0
		for _, c := range trace {
			if seccomp(c) {
				n++
			}
		}
		switch {
		case p.Filters == 0 || p.Path == nil && p.NoNewPrivs:
			if n != 0 {
				t.Errorf("%d filters", n)
			}
		case n != 2:
			t.Errorf("%d filters and not 2", n)
		case p.NoNewPrivs:
			inOrder(t, "no_new_privs, user, capabilities, look-up, filters, execve", first(trace, nnp), last(trace, setuid),
				last(trace, is(unix.SYS_CAPSET)), last(trace, looksFor), first(trace, seccomp), last(trace, execve))
		default:
			inOrder(t, "user, raised capabilities, filters, last capabilities, the caller's look", last(trace, setuid),
				first(trace, is(unix.SYS_CAPSET)), first(trace, seccomp), last(trace, is(unix.SYS_CAPSET)), first(trace, await))
		}
	})
}

// Visible in the container only with nothing left that it does not have.
func TestForkIntoThePIDNamespaceComesLast(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		if !p.Joins(proc.PID) {
			if first(m.all(), clone) >= 0 {
				t.Error("it forks although it does not join a PID namespace")
			}
			return
		}
		inOrder(t, "capabilities, Ready, the caller's word, fork, the caller's word, session", last(trace, is(unix.SYS_CAPSET)),
			first(trace, is(unix.SYS_WRITE, uint64(entry.Control(p)))), first(trace, await), first(trace, clone), last(trace, await),
			last(trace, is(unix.SYS_SETSID)))
		if flags := trace[first(trace, clone)].Args[0]; flags != unix.CLONE_PARENT|uint64(unix.SIGCHLD) {
			t.Errorf("clone flags %#x", flags)
		}
		if n := last(trace, clone); n != first(trace, clone) {
			t.Error("it forks twice")
		}
	})
}

func TestTerminalIsTakenByItsOwnSessionOnly(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		session, take := first(trace, is(unix.SYS_SETSID)), first(trace, is(unix.SYS_IOCTL, 0, unix.TIOCSCTTY, 0))
		if session < 0 || p.TTY != (take >= 0) || p.TTY && take < session {
			t.Errorf("setsid is call %d, TIOCSCTTY %d", session, take)
		}
	})
}

// A filter may feign a setsid(2) that comes after it, so one comes before.
func TestCallersSessionIsLeftBeforeAnythingOfTheContainers(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		session := first(trace, is(unix.SYS_SETSID))
		for _, later := range []int{first(trace, setns), first(trace, seccomp), first(trace, is(unix.SYS_CHDIR))} {
			if session < 0 || later >= 0 && later < session {
				t.Errorf("setsid is call %d, after call %d", session, later)
			}
		}
		if again := last(trace, is(unix.SYS_SETSID)); (again != session) != p.Joins(proc.PID) {
			t.Errorf("setsid is call %d, and %d again", session, again)
		}
	})
}

// The caller's death ends it in each step, but not the command.
func TestExecutorDiesWithItsCallerAndTheCommandDoesNot(t *testing.T) {
	die, outlive := is(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uint64(unix.SIGKILL)), is(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, 0)
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		inOrder(t, "user, death signal, the caller's look", last(trace, setuid), last(trace[:first(trace, await)], die), first(trace, await))
		if p.Joins(proc.PID) {
			inOrder(t, "fork, death signal, the caller's word", first(trace, clone), last(trace, die), last(trace, await))
		}
		if p.Path != nil {
			inOrder(t, "the caller's word, no death signal, execve", last(trace, await), last(trace, outlive), last(trace, execve))
		}
	})
}
