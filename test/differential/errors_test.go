package differential

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// failure is a command that cannot be executed.
type failure struct {
	what    string
	args    []string
	user    string
	code    int    // sidestep's exit code; runc's is 255 for all
	message string // part of sidestep's
}

var failures = []failure{
	{"not in PATH", []string{"no-such-command"}, "0", 127, "no such command in PATH"},
	{"no such file", []string{"/bin/no-such-command"}, "0", 127, "no such file or directory"},
	{"no such file, relative", []string{"./no-such-command"}, "0", 127, "no such file or directory"},
	{"below a file", []string{"/file/command"}, "0", 127, "not a directory"},
	{"a name too long", []string{"/" + strings.Repeat("n", 300)}, "0", 126, "file name too long"},
	{"a circle of links", []string{"/errors/circle"}, "0", 126, "too many levels of symbolic links"},
	{"a link to nowhere", []string{"/errors/nowhere"}, "0", 127, "no such file or directory"},
	{"a directory", []string{"/tmp"}, "0", 126, "is a directory"},
	{"a directory in PATH", []string{"directory"}, "0", 127, "no such command in PATH"},
	{"no execute bit", []string{"/file"}, "0", 126, "permission denied"},
	{"no execute bit for the user", []string{"/errors/root-only"}, "1000", 126, "permission denied"},
	{"below a directory that is not the user's", []string{"/secret/command"}, "1000", 126, "permission denied"},
	{"a mount without exec", []string{"/noexec/true"}, "0", 126, "permission denied"},
	{"a text file without #!", []string{"/errors/text"}, "0", 126, "exec format error"},
	{"an empty file", []string{"/errors/empty"}, "0", 126, "exec format error"},
	{"a program of another machine", []string{"/errors/machine"}, "0", 126, "exec format error"},
	{"a bad interpreter", []string{"/errors/interpreter"}, "0", 126, "interpreter or dynamic loader does not exist"},
	{"an interpreter that ends with CR", []string{"/errors/windows"}, "0", 126, "interpreter or dynamic loader does not exist"},
	{"an interpreter that is a directory", []string{"/errors/tmp"}, "0", 126, "permission denied"},
	{"an interpreter of itself", []string{"/errors/itself"}, "0", 126, "too many levels of symbolic links"},
	{"a program that is being written", []string{"/errors/busy"}, "0", 126, "text file busy"},
	{"too many arguments", []string{"/bin/true", strings.Repeat("a", 120<<10), strings.Repeat("b", 120<<10)}, "0", 126, "argument list too long"},
}

// TestCommandsThatCannotBeExecuted: each has its exit code and its reason, and
// none of them can runc execute.
func TestCommandsThatCannotBeExecuted(t *testing.T) {
	s := newSetting(t)
	root := rootfs(t, s)
	writeErrors(t, root)
	c := &subject{Container: s.bed.Run(t, testbed.Container{
		Rootfs: root, Flags: []string{"--runc-binary", s.newest}, Spec: func(spec *specs.Spec) { failing(spec, root) },
	})}
	busy, err := os.OpenFile(filepath.Join(root, "errors/busy"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, f := range failures {
		t.Run(f.what, func(t *testing.T) {
			e := execution{what: f.what, runc: []string{"-u", f.user}, sidestep: []string{"-u", f.user + ":0"}}
			p := s.start(t, s.runc, c, e, f.args...)
			if code := p.end(t); code != 255 {
				t.Errorf("runc: exit code %d", code)
			}
			t.Logf("runc:     255 %s", shortenMessage(p.streams.stderr()))
			p = s.start(t, s.sidestep, c, e, f.args...)
			code := p.end(t)
			t.Logf("sidestep: %d %s", code, shortenMessage(p.streams.stderr()))
			testbed.ExpectFailure(t, testbed.Result{Stdout: p.streams.out.String(), Stderr: p.streams.err.String(), Code: code}, f.code, f.message, "")
		})
	}
}

// failing gives the container a mount without exec, room for 128 KiB of
// arguments, and no right to pass by permissions.
func failing(s *specs.Spec, root string) {
	s.Process.Env = []string{"PATH=/errors/bin:" + testbed.Path}
	without := func(list []string) []string { // else root's files may be executed by all, see capabilities(7)
		return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == "CAP_DAC_OVERRIDE" })
	}
	c := s.Process.Capabilities
	c.Bounding, c.Permitted, c.Effective = without(c.Bounding), without(c.Permitted), without(c.Effective)
	s.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_STACK", Soft: 512 << 10, Hard: 512 << 10}}
	s.Mounts = append(s.Mounts, specs.Mount{Destination: "/noexec", Type: "bind", Source: filepath.Join(root, "bin"),
		Options: []string{"bind", "noexec"}})
}

// TestNoMemory: what execve(2) says of a command that was found is final. No
// process of a common kernel can be made to run out of memory there without
// harm to others. So a filter says it of the address at which sidestep has the
// arguments: in the executor's image (package nsenter/internal/stage).
func TestNoMemory(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	enomem := uint(unix.ENOMEM)
	c := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) {
		s.Linux.Seccomp = &specs.LinuxSeccomp{
			DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchAARCH64},
			Syscalls: []specs.LinuxSyscall{{Names: []string{"execve"}, Action: specs.ActErrno, ErrnoRet: &enomem, Args: []specs.LinuxSeccompArg{
				{Index: 1, Value: 0xffffffff_f0000000, ValueTwo: 0x40000000, Op: specs.OpMaskedEqual},
			}}},
		}
	}})
	testbed.ExpectFailure(t, bed.Sidestep(t, "exec", c.ID, "/bin/true"), 126, "cannot allocate memory", "")
	testbed.ExpectFailure(t, bed.Sidestep(t, "exec", c.ID, "true"), 126, "cannot allocate memory", "")
}

func shortenMessage(text string) string {
	const most = 240
	if len(text) > most {
		return fmt.Sprintf("%s… (%d bytes)", text[:most], len(text))
	}
	return text
}
