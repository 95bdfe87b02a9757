package errors

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
