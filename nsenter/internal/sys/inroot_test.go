package sys_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
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

func TestContainersFileIsReadInsideItsRoot(t *testing.T) {
	root, path := container(t)
	for _, l := range [][2]string{{"absolute", "/own"}, {"up", "../../../own"}, {"chain", "up"}, {"far", "/dev/../../own"}} {
		link, target := l[0], l[1]
		must(t, os.Symlink(target, filepath.Join(path, link)))
		f, err := sys.OpenRegularInRoot(root, link)
		must(t, err)
		closedOnExec(t, f)
		if data, err := io.ReadAll(f); err != nil || string(data) != "of the container" {
			t.Errorf("%s: %q, %v", link, data, err)
		}
		f.Close()
	}
}

func TestHostsFileIsNotFoundFromInside(t *testing.T) {
	root, path := container(t)
	for link, target := range map[string]string{"up": "../secret", "absolute": filepath.Join(path, "../secret"), "self": "self"} {
		must(t, os.Symlink(target, filepath.Join(path, link)))
		if f, err := sys.OpenRegularInRoot(root, link); err == nil {
			f.Close()
			t.Errorf("%s is opened", link)
		}
	}
	if f, err := sys.OpenRegularInRoot(root, "../secret"); err == nil {
		f.Close()
		t.Error("../secret is opened")
	}
}

// /proc of the container has links that lead anywhere, "magic" ones.
func TestMagicLinkIsRefused(t *testing.T) {
	proc, err := sys.OpenDir("/proc")
	must(t, err)
	defer proc.Close()
	for _, link := range []string{"self/exe", "self/root/etc/passwd", "self/cwd/inroot_test.go"} {
		if f, err := sys.OpenRegularInRoot(proc, link); !errors.Is(err, syscall.ELOOP) {
			f.Close()
			t.Errorf("%s: %v", link, err)
		}
	}
}

func TestNullDeviceMustBeOne(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"missing": func(string) error { return nil },
		"file":    func(path string) error { return os.WriteFile(path, nil, 0o666) },
		"FIFO":    func(path string) error { return syscall.Mkfifo(path, 0o666) },
		"link":    func(path string) error { return os.Symlink("/own", path) },
		"dir":     func(path string) error { return os.Mkdir(path, 0o755) },
	} {
		root, path := container(t)
		must(t, put(filepath.Join(path, "dev/null")))
		if f, err := sys.OpenNullInRoot(root); err == nil {
			f.Close()
			t.Errorf("%s: it is opened", name)
		}
	}
	host, err := sys.OpenDir("/")
	must(t, err)
	defer host.Close()
	f, err := sys.OpenNullInRoot(host)
	must(t, err)
	defer f.Close()
	closedOnExec(t, f)
	if _, err := f.WriteString("x"); err != nil {
		t.Error(err)
	}
}

// CVE-2025-52565: what is at dev/pts/ptmx is the container's choice. A FIFO
// would also block who opens it.
func TestTerminalIsOpenedFromARealDevptsOnly(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"missing": func(string) error { return nil },
		"file":    func(path string) error { return os.WriteFile(path, nil, 0o666) },
		"FIFO":    func(path string) error { return syscall.Mkfifo(path, 0o666) },
		"link":    func(path string) error { return os.Symlink("/dev/ptmx", path) },
		"dir":     func(path string) error { return os.Mkdir(path, 0o755) },
	} {
		root, path := container(t)
		must(t, put(filepath.Join(path, "dev/pts/ptmx")))
		if master, slave, err := sys.OpenPTY(root); err == nil {
			master.Close()
			slave.Close()
			t.Errorf("%s: it is opened", name)
		}
	}
}
