package errors

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// asNobody returns a command of sidestep that a user without any privilege
// runs, from a copy of the binary with the given mode.
func (f fixture) asNobody(t *testing.T, mode os.FileMode, args ...string) *exec.Cmd {
	t.Helper()
	data, err := os.ReadFile(testbed.Binary(t))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(f.bed.Dir, "nobody-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "sidestep")
	testbed.WriteFile(t, file, string(data), mode)
	cmd := exec.Command("setpriv", append([]string{"--reuid", "65534", "--regid", "65534", "--clear-groups", file}, args...)...)
	cmd.Env = f.bed.Command().Env
	cmd.Dir = "/"
	return cmd
}

func TestNotRoot(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for _, mode := range []os.FileMode{0o755, 0o711} {
			for _, args := range [][]string{
				f.exec(),
				{"exec", fmt.Sprintf("pid:%d", f.c.PID), "touch", marker},
				{"ps"},
				{"pid", f.c.ID},
				{"ns", f.c.ID},
				{"who", fmt.Sprint(f.c.PID)},
			} {
				t.Run(fmt.Sprintf("%o %s", mode, args[0]), func(t *testing.T) {
					f.failed(t, testbed.Run(t, f.asNobody(t, mode, args...)), "", "root")
				})
			}
			for _, args := range [][]string{{"version"}, {"--help"}, {"completion", "bash"}} {
				r := testbed.Run(t, f.asNobody(t, mode, args...))
				testbed.Equal(t, args[0]+" as nobody", r.Code, 0)
			}
		}
	})
}

// TestRootWithoutCapability: root in a container that shares the host's PIDs
// has neither of them.
func TestRootWithoutCapability(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for _, capability := range []string{"sys_admin", "sys_ptrace"} {
			t.Run(capability, func(t *testing.T) {
				f.failed(t, testbed.Run(t, f.setpriv(t, "--bounding-set", "-"+capability)), "permi", "root lacks a capability")
			})
		}
	})
}

// TestCallerWithNoNewPrivs: the command would have the flag, which it does not
// have by the container's record.
func TestCallerWithNoNewPrivs(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		f := fixture{bed: bed, c: bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) { s.Process.NoNewPrivileges = false }})}
		f.failed(t, testbed.Run(t, f.setpriv(t, "--no-new-privs")), "no_new_privs", "run sidestep without no_new_privs")
	})
}

// setpriv returns an exec that setpriv(1) starts.
func (f fixture) setpriv(t *testing.T, flags ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("setpriv")
	if err != nil {
		t.Fatal(err)
	}
	cmd := f.bed.Command(f.exec()...)
	cmd.Path, cmd.Args = path, slices.Concat([]string{path}, flags, []string{cmd.Path}, cmd.Args[1:])
	return cmd
}
