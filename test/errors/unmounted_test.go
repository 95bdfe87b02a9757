package errors

import (
	"os/exec"
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestNothingMounted: in a chroot, or a container of a support tool, the host's /proc
// or its cgroups may be missing.
func TestNothingMounted(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.failed(t, testbed.Run(t, f.without(t, "/proc", f.exec()...)), "/proc is not mounted", "mount -t proc")
		f.failed(t, testbed.Run(t, f.without(t, "/sys", f.exec()...)), "open the cgroup", "--no-cgroup")
		r := testbed.Run(t, f.without(t, "/sys", "exec", "--no-cgroup", f.c.ID, "true"))
		testbed.Equal(t, "without cgroups", r, testbed.Result{})
	})
}

// without returns a command of sidestep where nothing is mounted at a place.
func (f fixture) without(t *testing.T, place string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("unshare")
	if err != nil {
		t.Fatal(err)
	}
	cmd := f.bed.Command(args...)
	script := []string{path, "--mount", "sh", "-c", `mount -t tmpfs none "$0" && exec "$@"`, place}
	cmd.Path, cmd.Args = path, slices.Concat(script, []string{cmd.Path}, cmd.Args[1:])
	return cmd
}
