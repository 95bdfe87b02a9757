package rootfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, content string, mode os.FileMode) {
		if err := os.WriteFile(path(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path(name), mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	write("good", "content", 0o644)
	write("full", strings.Repeat("x", 16), 0o600)
	write("long", strings.Repeat("x", 17), 0o600)
	write("anybody's", "x", 0o606)
	write("group's", "x", 0o660)
	if err := os.Symlink("good", path("link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(path("fifo"), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, name := range []string{"good", "full"} {
		data, info, err := Read(path(name), 16)
		if err != nil || int64(len(data)) != info.Size() {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	for name, want := range map[string]string{
		"none": "no such file", "long": "longer than 16", "anybody's": "others than root", "group's": "others than root",
		"link": "too many levels", "fifo": "not a regular file", ".": "not a regular file",
	} {
		begin := time.Now()
		_, _, err := Read(path(name), 16)
		if err == nil || !strings.Contains(err.Error(), want) || time.Since(begin) > time.Second {
			t.Errorf("%s: %v after %s, want %q", name, err, time.Since(begin), want)
		}
	}
	if _, _, err := Read(path("none"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if _, _, err := Read(path("group's"), 1); !errors.Is(err, ErrUntrusted) {
		t.Errorf("group's: %v", err)
	}
	if _, _, err := Read("/dev/zero", 16); err == nil {
		t.Error("a device was read")
	}
}

func TestForeignOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to give a file away") // hack/test runs it as root
	}
	path := filepath.Join(t.TempDir(), "given")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 1000, 1000); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Read(path, 16); !errors.Is(err, ErrUntrusted) {
		t.Errorf("Read: %v", err)
	}
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	if names, err := Names(dir, 2); err != nil || len(names) != 0 {
		t.Errorf("an empty one: %q, %v", names, err)
	}
	for _, name := range []string{"a", "b", "c"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := Names(dir, 2); err != nil || len(names) != 2 {
		t.Errorf("at most two: %q, %v", names, err)
	}
	names, err := Names(dir, 10)
	slices.Sort(names)
	if err != nil || strings.Join(names, " ") != "a b c" {
		t.Errorf("all: %q, %v", names, err)
	}
	if _, err := Names(filepath.Join(dir, "none"), 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
}
