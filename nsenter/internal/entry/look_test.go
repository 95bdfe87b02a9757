package entry_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
)

func looks() []entry.Look {
	return []entry.Look{{Path: "etc/passwd", Copy: true}, {Path: "dev/null", NoFollow: true, Flags: unix.O_RDWR}}
}

// A path is only looked at, inside the container's root, and opened by its
// descriptor after the caller's word.
func TestLookOpensOnlyWhatTheCallerHasSeen(t *testing.T) {
	m := newMachine(t, entry.CompileLook(looks()), entry.LookControl)
	trace, record := m.run(func(c call) (int64, bool) {
		// A file that has its end at once.
		return 0, c.Nr == unix.SYS_READ && c.Args[0] != entry.LookControl
	})
	if record != nil {
		t.Fatalf("%+v", record)
	}
	words, opened := 0, 0
	for i, c := range trace {
		switch {
		case await(c):
			words++
		case c.Nr == unix.SYS_OPENAT2:
			if how := c.Args[2]; m.word(how)&unix.O_PATH == 0 || m.word(how+16) != unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS {
				t.Errorf("flags %#x, resolve %#x", m.word(how), m.word(how+16))
			}
		case c.Nr == unix.SYS_OPENAT && i > first(trace, is(unix.SYS_OPENAT2)):
			if opened++; opened > words || c.path != "5" {
				t.Errorf("call %d opens %q after %d words", i, c.path, words)
			}
		}
	}
	if opened != 2 {
		t.Errorf("%d files were opened", opened)
	}
	inOrder(t, "close_range, undumpable, setns, find", first(trace, is(unix.SYS_CLOSE_RANGE)), first(trace, undump), first(trace, setns),
		first(trace, is(unix.SYS_OPENAT2)))
}

func TestLookEndsWithoutTheCallersWord(t *testing.T) {
	m := newMachine(t, entry.CompileLook(looks()), entry.LookControl)
	trace, _ := m.run(func(c call) (int64, bool) { return 0, c.Nr == unix.SYS_READ })
	if end := trace[len(trace)-1]; end.Nr != unix.SYS_EXIT_GROUP || end.Args[0] != 125 || len(trace) != first(trace, await)+2 {
		t.Errorf("it ends with %s", end.Step)
	}
}

func TestLookSaysWhatIsMissingAndGoesOn(t *testing.T) {
	m := newMachine(t, entry.CompileLook(looks()), entry.LookControl)
	trace, record := m.run(func(c call) (int64, bool) { return -int64(unix.ENOENT), c.Nr == unix.SYS_OPENAT2 })
	if record != nil || first(trace, await) >= 0 {
		t.Errorf("%+v", record)
	}
	said := 0
	for _, c := range trace {
		if c.Nr == unix.SYS_WRITE {
			said++
			if m.word(c.Args[1]) != entry.Missing || int64(m.word(c.Args[1]+8)) != -int64(unix.ENOENT) {
				t.Errorf("it says %d, %d", m.word(c.Args[1]), int64(m.word(c.Args[1]+8)))
			}
		}
	}
	if said != 2 {
		t.Errorf("it speaks %d times", said)
	}
}
