package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// rootfsFiles are the files of a root filesystem besides busybox. The last
// user and group can only be named by number elsewhere.
var rootfsFiles = map[string]string{
	"etc/passwd": "root:x:0:0:root:/root:/bin/sh\n" +
		"www:x:33:33:www:/var/www:/bin/sh\n" +
		"dev:x:1000:1000:dev:/home/dev:/bin/sh\n",
	"etc/group": "root:x:0:\n" +
		"www:x:33:dev\n" +
		"dev:x:1000:\n" +
		"wheel:x:10:dev\n",
	"etc/hostname":        "testbed\n",
	"etc/profile":         "PS1='$ '\n",
	"var/www/index.html":  "<h1>It works</h1>\n",
	"home/dev/.profile":   "",
	"usr/share/empty.txt": "",
}

// Rootfs makes a root filesystem of Debian's static busybox with all its
// applets, a directory that the container can have for itself.
func (b *Bed) Rootfs(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(b.Dir, "rootfs-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, sub := range []string{"bin", "dev", "proc", "root", "run", "sys", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range rootfsFiles {
		WriteFile(t, filepath.Join(dir, name), content, 0o644)
	}
	if err := os.Chmod(filepath.Join(dir, "tmp"), 0o1777); err != nil {
		t.Fatal(err)
	}
	installBusybox(t, filepath.Join(dir, "bin"))
	return dir
}

func installBusybox(t testing.TB, bin string) {
	t.Helper()
	host, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(host)
	if err != nil {
		t.Fatal(err)
	}
	WriteFile(t, filepath.Join(bin, "busybox"), string(data), 0o755)
	for applet := range strings.FieldsSeq(Run(t, exec.Command(host, "--list")).Stdout) {
		if applet == "busybox" {
			continue
		}
		if err := os.Symlink("busybox", filepath.Join(bin, applet)); err != nil {
			t.Fatal(err)
		}
	}
}

// WriteFile writes a file and makes its directories.
func WriteFile(t testing.TB, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}
