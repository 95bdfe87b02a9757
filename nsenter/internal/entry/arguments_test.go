package entry_test

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func docker(t *testing.T, change func(*plan.Plan)) (*machine, []call) {
	t.Helper()
	p := dockerPlan()
	if change != nil {
		change(p)
	}
	m := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
	trace, _ := m.run(nil)
	return m, trace
}

func halves(word uint64) [2]uint32 { return [2]uint32{uint32(word), uint32(word >> 32)} }

func TestIdentityIsThePlans(t *testing.T) {
	m, trace := docker(t, nil)
	if i := last(trace, is(unix.SYS_SETRESUID, 1000, 1000, 1000)); i < 0 || i != last(trace, setuid) {
		t.Error("setresuid")
	}
	if i := last(trace, is(unix.SYS_SETRESGID, 1001, 1001, 1001)); i < 0 || i != last(trace, setgid) {
		t.Error("setresgid")
	}
	groups := trace[last(trace, setgroups)]
	one, two := halves(m.word(groups.Args[1])), halves(m.word(groups.Args[1]+8))
	if groups.Args[0] != 3 || !slices.Equal([]uint32{one[0], one[1], two[0]}, []uint32{29, 1001, 70000}) {
		t.Errorf("setgroups of %d: %v, %v", groups.Args[0], one, two)
	}
	if first(trace, is(unix.SYS_UMASK, 0o027)) < 0 {
		t.Error("umask")
	}
}

func TestNoGroupsMeansNoneAndNotTheCallers(t *testing.T) {
	_, trace := docker(t, func(p *plan.Plan) { p.Groups = nil })
	if last(trace, is(unix.SYS_SETGROUPS, 0)) < 0 {
		t.Error("the groups are kept")
	}
}

// Until it is the user, the process is the namespace's root and not the
// caller, who may own files of the container.
func TestCallersIDsAreLeftInTheUserNamespace(t *testing.T) {
	_, trace := docker(t, func(p *plan.Plan) {
		p.Namespaces = append(p.Namespaces, proc.User)
		p.RootUID, p.RootGID = 7, 8
	})
	inOrder(t, "join, groups, group, user, keyring", first(trace, setns), first(trace, is(unix.SYS_SETGROUPS, 0, 0)),
		first(trace, is(unix.SYS_SETRESGID, 8, 8, 8)), first(trace, is(unix.SYS_SETRESUID, 7, 7, 7)), first(trace, is(unix.SYS_KEYCTL)))
}

func TestEveryCapabilityOutsideTheBoundIsDroppedOnce(t *testing.T) {
	_, trace := docker(t, nil)
	var dropped []uint64
	for _, c := range trace {
		if drop(c) {
			dropped = append(dropped, c.Args[1])
		}
	}
	var want []uint64
	for n := range uint64(41) {
		if bounding&(1<<n) == 0 {
			want = append(want, n)
		}
	}
	if !slices.Equal(dropped, want) {
		t.Errorf("%v", dropped)
	}
}

func TestCapabilitySetsAreLaidOutAsTheKernelReadsThem(t *testing.T) {
	caps := proc.Capabilities{Effective: 1 | 1<<39, Permitted: 3 | 1<<38 | 1<<39, Inheritable: 2 | 1<<40, Ambient: 2, Bounding: 1<<41 - 1}
	m, trace := docker(t, func(p *plan.Plan) { p.Caps = caps })
	set := trace[last(trace, is(unix.SYS_CAPSET))]
	if m.word(set.Args[0]) != unix.LINUX_CAPABILITY_VERSION_3 {
		t.Errorf("header %#x", m.word(set.Args[0]))
	}
	var got []uint32 // two of: effective, permitted, inheritable
	for n := range uint64(3) {
		half := halves(m.word(set.Args[1] + 8*n))
		got = append(got, half[0], half[1])
	}
	if want := []uint32{1, 3, 2, 1 << 7, 1<<6 | 1<<7, 1 << 8}; !slices.Equal(got, want) {
		t.Errorf("%x and not %x", got, want)
	}
	if first(trace, is(unix.SYS_PRCTL, unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, 1, 0, 0)) < 0 || first(trace, drop) >= 0 {
		t.Error("the ambient or the bounding set")
	}
	// CAP_SYS_ADMIN, which the filters need, is gone at the end.
	raised := m.word(trace[first(trace, is(unix.SYS_CAPSET))].Args[1])
	if raised&(1<<unix.CAP_SYS_ADMIN) == 0 || m.word(set.Args[1])&(1<<unix.CAP_SYS_ADMIN) != 0 {
		t.Errorf("effective while the filters are installed: %#x", raised)
	}
}

func TestFiltersAreInitsToTheLastInstruction(t *testing.T) {
	m, trace := docker(t, nil)
	c := trace[first(trace, seccomp)]
	if c.Args[0] != unix.SECCOMP_SET_MODE_FILTER || c.Args[1] != 2 || m.word(c.Args[2]) != 2 {
		t.Errorf("mode %d, flags %d, %d instructions", c.Args[0], c.Args[1], m.word(c.Args[2]))
	}
	code := m.word(c.Args[2] + 8)
	if m.word(code) != 0xdeadbeef_02_01_0015 || m.word(code+8) != 0x7fff0000_00_00_0006 {
		t.Errorf("%#x %#x", m.word(code), m.word(code+8))
	}
	if second := trace[last(trace, seccomp)]; second.Args[1] != 0 || m.word(second.Args[2]) != 1 {
		t.Errorf("the second: flags %d, %d instructions", second.Args[1], m.word(second.Args[2]))
	}
}

func TestLimitIsTheOneThatIsNamed(t *testing.T) {
	m, trace := docker(t, nil)
	c := trace[first(trace, is(unix.SYS_PRLIMIT64))]
	if c.Args[0] != 0 || c.Args[1] != unix.RLIMIT_NOFILE || m.word(c.Args[2]) != 1024 || m.word(c.Args[2]+8) != 4096 || c.Args[3] != 0 {
		t.Errorf("limit %d of process %d: %d, %d", c.Args[1], c.Args[0], m.word(c.Args[2]), m.word(c.Args[2]+8))
	}
}

// A caller under nohup(1) ignores SIGHUP; its command must not.
func TestIgnoredSignalsAreReset(t *testing.T) {
	m, trace := docker(t, func(p *plan.Plan) { p.Ignored = 1<<63 | 1<<12 | 1 })
	for sig := uint64(1); sig <= 64; sig++ {
		i := first(trace, is(unix.SYS_RT_SIGACTION, sig))
		if ignored := sig == 1 || sig == 13 || sig == 64; ignored != (i >= 0) || ignored && (m.word(trace[i].Args[1]) != 0 || trace[i].Args[3] != 8) {
			t.Errorf("signal %d: call %d", sig, i)
		}
	}
	if i := first(trace, is(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK)); i < 0 || m.word(trace[i].Args[1]) != 0 {
		t.Error("the mask is kept")
	}
}
