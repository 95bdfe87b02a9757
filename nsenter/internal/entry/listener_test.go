package entry_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// asking are a filter and, after it, one that asks a supervisor.
func asking(notify ...uint32) []sys.Filter {
	code := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}}
	for _, nr := range notify {
		code = append(code, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: nr},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	}
	code = append(code, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
	return []sys.Filter{
		{Instructions: []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}}},
		sys.Filter{Instructions: code}.WithListener(false),
	}
}

// The caller learns the listener's number right after the installation, and the
// process waits and closes its own.
func TestListenerIsSaidAndClosed(t *testing.T) {
	for name, change := range map[string]func(*plan.Plan){
		"early": func(*plan.Plan) {}, "no_new_privs": func(p *plan.Plan) { p.NoNewPrivs = true }, "late": func(p *plan.Plan) { p.LateFilters = true },
	} {
		p := dockerPlan()
		change(p)
		m := newMachine(t, entry.Compile(p, asking(unix.SYS_MKDIRAT)), entry.Control(p))
		const fd = 42
		trace, record := m.run(func(c call) (int64, bool) {
			return fd, seccomp(c) && c.Args[1]&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER != 0
		})
		at := last(trace, seccomp)
		if record != nil || at < 0 || trace[first(trace, seccomp)].Args[1] != 0 {
			t.Fatalf("%s: filters are calls %d to %d, %v", name, first(trace, seccomp), at, record)
		}
		say, wait, shut := trace[at+1], trace[at+2], trace[at+4] // call 3 loads what it closes
		if say.Nr != unix.SYS_WRITE || m.word(say.Args[1]) != entry.Listener || m.word(say.Args[1]+8) != fd || !await(wait) {
			t.Errorf("%s: after the filter come %q and %q", name, say.Step, wait.Step)
		}
		if shut.Nr != unix.SYS_CLOSE || shut.Args[0] != fd {
			t.Errorf("%s: %q of %d", name, shut.Step, shut.Args[0])
		}
		if early := name == "early"; early != (at < first(trace, clone)) {
			t.Errorf("%s: the filter is call %d, the fork %d", name, at, first(trace, clone))
		}
	}
}

// Whatever the supervisor says of close(2), the command is executed.
func TestListenerThatIsNotClosedIsNoFailure(t *testing.T) {
	p := dockerPlan()
	m := newMachine(t, entry.Compile(p, asking(unix.SYS_MKDIRAT)), entry.Control(p))
	trace, record := m.run(func(c call) (int64, bool) {
		return -int64(unix.EPERM), c.Nr == unix.SYS_CLOSE && c.Step == "close the listener"
	})
	if record != nil || last(trace, execve) < 0 {
		t.Errorf("%v, %d calls", record, len(trace))
	}
}

// A supervisor that would be asked about the way in must know the process
// that it will be, which is only born by then.
func TestFilterThatAsksAboutTheWayInWaits(t *testing.T) {
	for nr, want := range map[uint32]bool{unix.SYS_MKDIRAT: false, unix.SYS_EXECVE: false, unix.SYS_SETSID: true, unix.SYS_CLONE: true, unix.SYS_CAPSET: true} {
		p := dockerPlan()
		filters := asking(nr)
		if got := entry.MustWait(p, entry.Compile(p, filters), filters); got != want {
			t.Errorf("system call %d: %t", nr, got)
		}
		p.NoNewPrivs = true
		if entry.MustWait(p, entry.Compile(p, filters), filters) {
			t.Errorf("system call %d, no_new_privs: it comes last anyway", nr)
		}
	}
}
