package sys_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// container returns the root directory of a container with a host beside it.
func container(t *testing.T) (*os.File, string) {
	t.Helper()
	host := t.TempDir()
	path := filepath.Join(host, "root")
	must(t, os.MkdirAll(filepath.Join(path, "dev/pts"), 0o755))
	must(t, os.WriteFile(filepath.Join(host, "secret"), []byte("of the host"), 0o644))
	must(t, os.WriteFile(filepath.Join(path, "own"), []byte("of the container"), 0o644))
	root, err := sys.OpenDir(path)
	must(t, err)
	t.Cleanup(func() { root.Close() })
	return root, path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func closedOnExec(t *testing.T, f *os.File) {
	t.Helper()
	if flags, err := unix.FcntlInt(f.Fd(), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("%s is not close-on-exec: %#x, %v", f.Name(), flags, err)
	}
}
