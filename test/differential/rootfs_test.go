package differential

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// rootfs makes a root filesystem with the probe and the directories of the
// matrix.
func rootfs(t *testing.T, s *setting) string {
	t.Helper()
	dir := s.bed.Rootfs(t)
	install(t, s.probe, dir)
	install(t, s.confined, dir)
	installJail(t, filepath.Join(dir, "jail"))
	for name, mode := range map[string]os.FileMode{"secret": 0o700, "desk": 0o755} {
		if err := os.Mkdir(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("desk", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	testbed.WriteFile(t, filepath.Join(dir, "file"), "", 0o644)
	return dir
}

// installJail makes a directory to change the root to, of less than the
// container has, and other users.
func installJail(t *testing.T, dir string) {
	t.Helper()
	data, err := os.ReadFile("/bin/busybox")
	if err != nil {
		t.Fatal(err)
	}
	testbed.WriteFile(t, filepath.Join(dir, "bin/sleep"), string(data), 0o755)
	testbed.WriteFile(t, filepath.Join(dir, "etc/passwd"), "root:x:0:0::/jailed:/bin/sleep\ndev:x:7:7::/:\n", 0o644)
}
