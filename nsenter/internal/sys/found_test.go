package sys

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func foundAt(t *testing.T, path string) (f Found) {
	t.Helper()
	if err := unix.Lstat(path, &f.stat); err != nil {
		t.Fatal(err)
	}
	if err := unix.Statfs(path, &f.mount); err != nil {
		t.Fatal(err)
	}
	return f
}

// What would act when it is opened, or is read by its reading, is refused.
func TestFoundFileIsWhatItShouldBe(t *testing.T) {
	dir := t.TempDir()
	file, fifo, link := filepath.Join(dir, "file"), filepath.Join(dir, "fifo"), filepath.Join(dir, "link")
	for _, err := range []error{os.WriteFile(file, nil, 0o644), syscall.Mkfifo(fifo, 0o644), os.Symlink("fifo", link)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	is := map[string]func(Found) error{"regular": Found.Regular, "null": Found.Null, "ptmx": Found.Ptmx}
	for path, want := range map[string]string{
		file: "regular", fifo: "", link: "", dir: "", "/proc/self/status": "", "/proc/kmsg": "", "/sys/kernel/uevent_seqnum": "",
		"/dev/null": "null", "/dev/zero": "", "/dev/tty": "", "/dev/pts/ptmx": "ptmx", "/dev/pts": "",
	} {
		for name, check := range is {
			if err := check(foundAt(t, path)); (err == nil) != (name == want) {
				t.Errorf("%s as %s: %v", path, name, err)
			}
		}
	}
	if fake := foundAt(t, "/dev/pts/ptmx"); true { // a node of the same number elsewhere
		fake.mount.Type = unix.TMPFS_MAGIC
		if fake.Ptmx() == nil {
			t.Error("a multiplexer outside a devpts")
		}
	}
}
