package differential

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// denied is a file of the containers that their label may not touch.
const denied = "/denied"

// profile is an AppArmor profile that allows everything else, see
// apparmor.d(5).
const profile = `profile sidestep-test flags=(attach_disconnected, mediate_deleted) {
  file, network, capability, mount, umount, pivot_root, signal, ptrace, unix,
  deny ` + denied + ` rwklx,
}
`

// context is an SELinux context that may not touch files of the type denied_t:
// by the policy of the virtual machine that has it (test/vm).
const context = "system_u:system_r:container_t:s0:c1,c2"

// labels are the variants of the security module that the kernel has in force:
// none, AppArmor's or SELinux's.
func labels() []variant {
	var set func(*specs.Spec)
	switch {
	case hasAppArmor():
		set = func(s *specs.Spec) { s.Process.ApparmorProfile = "sidestep-test" }
	case hasSELinux():
		set = func(s *specs.Spec) { s.Process.SelinuxLabel = context }
	default:
		return nil
	}
	label := func(what string, more func(*specs.Spec, *world)) variant {
		return variant{what: what, spec: func(s *specs.Spec, w *world) {
			set(s)
			more(s, w)
		}}
	}
	return []variant{
		label("label", func(*specs.Spec, *world) {}),
		label("label and no_new_privs", func(s *specs.Spec, _ *world) { s.Process.NoNewPrivileges = true }),
		label("label, a filter and a user", func(s *specs.Spec, w *world) {
			s.Linux.Seccomp, s.Process.User = w.profile, specs.User{UID: 1000, GID: 1000}
		}),
		label("label, a filter, a user and no_new_privs", func(s *specs.Spec, w *world) {
			s.Linux.Seccomp, s.Process.User, s.Process.NoNewPrivileges = w.profile, specs.User{UID: 1000, GID: 1000}, true
		}),
	}
}

func hasAppArmor() bool {
	enabled, _ := os.ReadFile("/sys/module/apparmor/parameters/enabled")
	return strings.TrimSpace(string(enabled)) == "Y"
}

func hasSELinux() bool {
	_, err := os.Stat("/sys/fs/selinux/enforce")
	return err == nil
}

// makeLabels loads the profile, and labels the file in a root filesystem.
func makeLabels(t *testing.T, roots ...string) {
	t.Helper()
	if hasAppArmor() {
		parser := func(flags string) {
			cmd := exec.Command("apparmor_parser", flags, "--skip-cache", "--quiet")
			cmd.Stdin = strings.NewReader(profile)
			if r := testbed.Run(t, cmd); r.Code != 0 {
				t.Fatalf("apparmor_parser %s: %s", flags, r.Stderr)
			}
		}
		parser("--replace")
		t.Cleanup(func() { parser("--remove") })
	}
	for _, root := range roots {
		file := filepath.Join(root, denied)
		testbed.WriteFile(t, file, "secret\n", 0o644)
		if hasSELinux() {
			if err := unix.Setxattr(file, "security.selinux", []byte("system_u:object_r:denied_t:s0\x00"), 0); err != nil {
				t.Fatalf("label %s: %v", file, err)
			}
		}
	}
}

// TestLabels: a label is what the spec says, and it is in force. Without it
// the same command succeeds, in the same container too.
func TestLabels(t *testing.T) {
	variants := labels()
	if len(variants) == 0 {
		t.Log("neither AppArmor nor SELinux is in force here: see test/vm")
		return
	}
	s := newSetting(t)
	w := newWorld(t, s)
	want := map[bool]string{true: "sidestep-test (enforce)", false: context}[hasAppArmor()]
	for _, v := range variants {
		t.Run(v.what, func(t *testing.T) {
			c := w.run(t, configuration{variants: []variant{v}})
			for _, tl := range []tool{s.runc, s.sidestep} {
				testbed.Equal(t, tl.name+"'s label", s.says(t, tl, c, plainly, "cat", "/proc/self/attr/current"), "0 "+want+"\n")
				if hasAppArmor() {
					testbed.Equal(t, tl.name+"'s AppArmor label", s.says(t, tl, c, plainly, "cat", "/proc/self/attr/apparmor/current"), "0 "+want+"\n")
				}
				testbed.Equal(t, tl.name+"'s file", s.says(t, tl, c, plainly, "cat", denied), "1 cat: can't open '"+denied+"': Permission denied\n")
			}
			testbed.Equal(t, "the file, privileged", s.says(t, s.sidestep, c, same("", "--privileged"), "cat", denied),
				"1 cat: can't open '"+denied+"': Permission denied\n")
			r := s.says(t, s.sidestep, c, same("", "--no-label"), "cat", denied)
			if !strings.HasPrefix(r, "0 secret\nsidestep: the command runs without the container's ") {
				t.Errorf("the file without the label, in the same container: %q", r)
			}
			c.remove(t)
		})
	}
	c := w.run(t, configuration{})
	testbed.Equal(t, "the file without a label", s.says(t, s.sidestep, c, plainly, "cat", denied), "0 secret\n")
}

// says lets a tool start a command and returns its exit code and its output.
func (s *setting) says(t *testing.T, tl tool, c *subject, e execution, args ...string) string {
	t.Helper()
	p := s.start(t, tl, c, e, args...)
	code := p.end(t)
	return fmt.Sprintf("%d %s%s", code, strings.ReplaceAll(p.streams.out.String(), "\x00", "\n"), p.streams.err.String())
}
