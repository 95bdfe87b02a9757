package differential

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// asking is a profile that hands the making of directories to an agent, and
// more calls.
func asking(path string, more ...string) *specs.LinuxSeccomp {
	return &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchAARCH64},
		ListenerPath: path, ListenerMetadata: "of\nthe test",
		Syscalls: []specs.LinuxSyscall{{Names: append([]string{"mkdir", "mkdirat"}, more...), Action: specs.ActNotify}},
	}
}

// meanwhile are calls that runc and sidestep make after the filter is in force.
var meanwhile = []string{"setsid", "capset", "prctl", "faccessat", "faccessat2", "read", "close", "execve"}

// TestSupervisor: a filter that asks a supervisor asks the container's, which
// is told the same as by runc.
func TestSupervisor(t *testing.T) {
	s := newSetting(t)
	a := newAgent(t, s.bed.Dir)
	for what, change := range map[string]func(*specs.Spec){
		"plain":        func(spec *specs.Spec) { spec.Linux.Seccomp = asking(a.path) },
		"no_new_privs": func(spec *specs.Spec) { spec.Linux.Seccomp, spec.Process.NoNewPrivileges = asking(a.path), true },
		"a user":       func(spec *specs.Spec) { spec.Linux.Seccomp, spec.Process.User.UID = asking(a.path), 1000 },
		"about what comes after the filter": func(spec *specs.Spec) {
			spec.Linux.Seccomp = asking(a.path, meanwhile...)
		},
		"about what comes after the filter, no_new_privs": func(spec *specs.Spec) {
			spec.Linux.Seccomp, spec.Process.NoNewPrivileges = asking(a.path, meanwhile...), true
		},
		"a container that may trace": func(spec *specs.Spec) {
			spec.Linux.Seccomp = asking(a.path)
			for _, set := range []*[]string{&spec.Process.Capabilities.Bounding, &spec.Process.Capabilities.Permitted, &spec.Process.Capabilities.Effective} {
				*set = append(slices.Clone(*set), "CAP_SYS_PTRACE")
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			c := s.run(t, func(spec *specs.Spec) {
				change(spec)
				spec.Annotations = map[string]string{"io.example/a": "b=c"}
			})
			told := map[string]specs.ContainerProcessState{}
			for _, tl := range []tool{s.runc, s.sidestep} {
				before := a.asked(unix.SYS_MKDIRAT) + a.asked(sysMkdir)
				testbed.Equal(t, tl.name, s.says(t, tl, c, plainly, "mkdir", "/tmp/made"), "1 mkdir: can't create directory '/tmp/made': Disk quota exceeded\n")
				testbed.Equal(t, tl.name+": questions", a.asked(unix.SYS_MKDIRAT)+a.asked(sysMkdir)-before, 1)
				p := s.start(t, tl, c, plainly, "/bin/cat")
				pid, ok := p.settle(t, "/bin/cat")
				if !ok {
					t.Fatalf("%s: %s", tl.name, p.streams.stderr())
				}
				testbed.Eventually(t, startTimeout, "the agent knows "+tl.name+"'s command", func() bool { // runc tells it when the command may run already
					state, process := a.last()
					told[tl.name] = state
					return process == pid
				})
				entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
				testbed.Equal(t, tl.name+": open descriptors", len(entries), 3)
				s.kill(t, p, pid, plainly)
			}
			if got, want := told[s.sidestep.name], told[s.runc.name]; !reflect.DeepEqual(got, want) {
				t.Errorf("the agent was told\n%+v by sidestep and\n%+v by runc", got, want)
			}
			c.remove(t)
		})
	}
	t.Logf("system calls that the agent was asked about: %v", slices.Sorted(maps.Keys(a.calls)))
}

// TestNoSupervisor: without the container's supervisor nothing is started, but
// by the user's word.
func TestNoSupervisor(t *testing.T) {
	s := newSetting(t)
	for what, nnp := range map[string]bool{"plain": false, "no_new_privs": true} {
		t.Run(what, func(t *testing.T) {
			a := newAgent(t, s.bed.Dir)
			c := s.run(t, func(spec *specs.Spec) { spec.Linux.Seccomp, spec.Process.NoNewPrivileges = asking(a.path), nnp })
			a.close()
			for _, tl := range []tool{s.runc, s.sidestep} {
				p := s.start(t, tl, c, plainly, "touch", "/tmp/by-"+tl.name)
				if code := p.end(t); code == 0 || tl.name == s.sidestep.name && code != 125 {
					t.Errorf("%s: exit code %d", tl.name, code)
				}
				message := p.streams.stderr()
				t.Logf("%s: %s", tl.name, message)
				if tl.name == s.sidestep.name && (!strings.Contains(message, "pass the seccomp listener to") || !strings.Contains(message, "--no-seccomp")) {
					t.Errorf("sidestep says %q", message)
				}
			}
			// runc lets the process go on before it turns to the agent, and so may
			// have run the command when it fails.
			if _, err := os.Stat(c.Path("tmp/by-" + s.sidestep.name)); err == nil {
				t.Error("the command ran")
			}
			testbed.Equal(t, "with --no-seccomp", s.says(t, s.sidestep, c, same("", "--no-seccomp"), "mkdir", "/tmp/made"), without("supervised"))
			c.remove(t)
		})
	}
}

// TestSupervisorAndTracer: where the filter asks about what comes after it, the
// process would wait for its filter with CAP_SYS_ADMIN; a container that may
// trace it is not entered, though runc does.
func TestSupervisorAndTracer(t *testing.T) {
	s := newSetting(t)
	a := newAgent(t, s.bed.Dir)
	c := s.run(t, func(spec *specs.Spec) {
		spec.Linux.Seccomp = asking(a.path, meanwhile...)
		for _, set := range []*[]string{&spec.Process.Capabilities.Bounding, &spec.Process.Capabilities.Permitted, &spec.Process.Capabilities.Effective} {
			*set = append(slices.Clone(*set), "CAP_SYS_PTRACE")
		}
	})
	p := s.start(t, s.sidestep, c, plainly, "true")
	testbed.ExpectFailure(t, testbed.Result{Code: p.end(t), Stderr: p.streams.err.String()}, 125, "may trace", "--no-seccomp")
}
