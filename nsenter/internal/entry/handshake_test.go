package entry_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// The caller that closes the socket wants the process dead.
func TestNothingIsExecutedOnceTheCallerIsGone(t *testing.T) {
	eachPlan(t, func(t *testing.T, p *plan.Plan, m *machine, trace []call) {
		words := 0
		for _, c := range trace {
			if await(c) {
				words++
			}
		}
		if want := map[bool]int{true: 2, false: 1}[p.Joins(proc.PID)]; words < want {
			t.Fatalf("it waits for %d words of the caller", words)
		}
		for gone := range words {
			again := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
			n := -1
			trace, record := again.run(func(c call) (int64, bool) {
				if await(c) {
					n++
				}
				return 0, await(c) && n == gone
			})
			end := trace[len(trace)-1]
			if record != nil || end.Nr != unix.SYS_EXIT_GROUP || end.Args[0] != 125 || !await(trace[len(trace)-2]) {
				t.Errorf("gone at word %d: it ends with %s, %d; record %v", gone+1, end.Step, end.Args[0], record)
			}
		}
	})
}

func TestForkingProcessTellsThePIDAndEnds(t *testing.T) {
	for name, p := range plans() {
		if !p.Joins(proc.PID) {
			continue
		}
		m := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
		trace, record := m.run(func(c call) (int64, bool) { return 4242, clone(c) })
		if record != nil || len(trace) != first(trace, clone)+3 {
			t.Fatalf("%s: %d calls after the fork, record %v", name, len(trace)-first(trace, clone)-1, record)
		}
		say, end := trace[len(trace)-2], trace[len(trace)-1]
		if say.Nr != unix.SYS_WRITE || say.Args[0] != uint64(entry.Control(p)) || say.Args[2] != 16 ||
			m.word(say.Args[1]) != entry.Born || m.word(say.Args[1]+8) != 4242 {
			t.Errorf("%s: it says %s", name, say.Step)
		}
		if end.Nr != unix.SYS_EXIT_GROUP || end.Args[0] != 0 {
			t.Errorf("%s: it ends with %s", name, end.Step)
		}
	}
}

// The first bytes of the directory's path tell one outside the root
// (CVE-2024-21626), whatever their value as a number is.
func TestReadyTellsTheWorkingDirectory(t *testing.T) {
	for _, path := range []string{"/srv\x00\x00\x00\x00", "(unreacha", "\xff\xff\xff\xff\xff\xff\xff\xff", "\x00\x00\x00\x00\x00\x00\x00\x00"} {
		p := dockerPlan()
		m := newMachine(t, entry.Compile(p, nil), entry.Control(p))
		trace, _ := m.run(func(c call) (int64, bool) {
			if c.Nr == unix.SYS_GETCWD {
				copy(m.bytes(c.Args[0])[:c.Args[1]], path)
				return int64(len(path)), true
			}
			return 0, c.Nr == unix.SYS_READ // and no more
		})
		say := trace[first(trace, is(unix.SYS_WRITE))]
		if m.word(say.Args[1]) != entry.Ready || string(m.bytes(say.Args[1] + 8)[:8]) != path[:8] {
			t.Errorf("%q: it says %d, %q", path, m.word(say.Args[1]), m.bytes(say.Args[1] + 8)[:8])
		}
		inOrder(t, "directory, look at it, Ready", last(trace, is(unix.SYS_CHDIR)), first(trace, is(unix.SYS_GETCWD)), first(trace, is(unix.SYS_WRITE)))
	}
}

// Each call that matters ends the program when it fails: nothing is tried
// with less, and nothing is executed after it.
func TestEveryFailureIsFatalAndNamed(t *testing.T) {
	mayFail := func(c call) bool { return c.Nr == unix.SYS_CHDIR || looksFor(c) }
	eachPlan(t, func(t *testing.T, p *plan.Plan, _ *machine, trace []call) {
		for at, c := range trace {
			if mayFail(c) || c.Nr == unix.SYS_EXIT_GROUP || c.Nr > 1<<32 {
				continue
			}
			m := newMachine(t, entry.Compile(p, filters(p)), entry.Control(p))
			n := -1
			_, record := m.run(func(call) (int64, bool) { n++; return -int64(unix.EPERM), n == at })
			if record == nil || record.Result != -int64(unix.EPERM) || n != at {
				t.Fatalf("call %d, %s, fails and the program goes on to call %d", at, c.Step, n)
			}
			if failed, ok := m.program.Call(*record); !ok || failed.Step != c.Step {
				t.Errorf("the record of %q names %q", c.Step, failed.Step)
			}
		}
	})
}
