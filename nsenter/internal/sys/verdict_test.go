package sys_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// denying returns a filter as libseccomp writes it: it denies one call when
// its first argument is the given one, and allows all else.
func denying(nr, arg uint32) sys.Filter {
	load := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: k}
	}
	unless := func(k uint32, allow uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jf: allow}
	}
	verdict := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k}
	}
	return sys.Filter{Instructions: []unix.SockFilter{
		load(0), unless(nr, 3), load(16), unless(arg, 1),
		verdict(unix.SECCOMP_RET_ERRNO | 1), verdict(unix.SECCOMP_RET_ALLOW),
	}}
}

func TestFilterIsAskedBeforeItIsInstalled(t *testing.T) {
	f := denying(uint32(unix.SYS_SETSID), 7)
	for name, c := range map[string]struct {
		nr   uintptr
		arg  uint64
		want bool
	}{
		"the denied call":      {unix.SYS_SETSID, 7, false},
		"another argument":     {unix.SYS_SETSID, 8, true},
		"another call":         {unix.SYS_GETCWD, 7, true},
		"the upper half of it": {unix.SYS_SETSID, 7 | 1<<40, false},
	} {
		if got := f.Allows(c.nr, [6]uint64{c.arg}); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestFilterThatIsNotUnderstoodAllowsNothing(t *testing.T) {
	allow := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	pointer := func(k uint32) sys.Filter {
		return sys.Filter{Instructions: []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: k}, allow}}
	}
	for _, f := range []sys.Filter{{}, {Instructions: []unix.SockFilter{{Code: unix.BPF_MISC | unix.BPF_TAX}}}, pointer(8), pointer(12)} {
		if f.Allows(unix.SYS_SETSID, [6]uint64{}) {
			t.Errorf("%v", f)
		}
	}
}
