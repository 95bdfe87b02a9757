package account_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/account"
)

// image is the root directory of a container.
type image struct {
	t    *testing.T
	root string
}

func newImage(t *testing.T) image {
	t.Helper()
	i := image{t, filepath.Join(t.TempDir(), "root")}
	i.must(os.MkdirAll(filepath.Join(i.root, "etc"), 0o755))
	return i
}

func (i image) must(err error) {
	i.t.Helper()
	if err != nil {
		i.t.Fatal(err)
	}
}

func (i image) path(name string) string { return filepath.Join(i.root, name) }

func (i image) write(name, data string) { i.must(os.WriteFile(i.path(name), []byte(data), 0o644)) }

func (i image) link(target, name string) { i.must(os.Symlink(target, i.path(name))) }

// read reads the accounts, and fails the test when that takes 10 seconds.
func (i image) read() (account.Files, error) {
	i.t.Helper()
	root, err := os.Open(i.root)
	i.must(err)
	type result struct {
		files account.Files
		err   error
	}
	done := make(chan result, 1)
	go func() {
		defer root.Close()
		files, err := account.Read(root)
		done <- result{files, err}
	}()
	select {
	case r := <-done:
		return r.files, r.err
	case <-time.After(10 * time.Second):
		i.t.Fatal("reading the accounts does not end in 10s")
		return account.Files{}, nil
	}
}

const outsider = "outsider:x:0:0::/:/bin/sh\n"

func TestImageWithoutAccountsHasNone(t *testing.T) {
	for name, set := range map[string]func(image){
		"empty etc":     func(image) {},
		"no etc":        func(i image) { i.must(os.Remove(i.path("etc"))) },
		"dangling link": func(i image) { i.link("/nowhere/passwd", "etc/passwd") },
		"/dev/zero":     func(i image) { i.link("/dev/zero", "etc/passwd") }, // the image has none
		"empty files":   func(i image) { i.write("etc/passwd", ""); i.write("etc/group", "") },
	} {
		i := newImage(t)
		set(i)
		files, err := i.read()
		if err != nil || len(usersOf(files))+len(groupsOf(files)) != 0 {
			t.Errorf("%s: %+v, %v", name, files, err)
		}
	}
}

func TestAccountsAreThoseInsideTheImage(t *testing.T) {
	const inside = "insider:x:7:7::/:/bin/sh"
	for name, set := range map[string]func(image){
		"a file": func(i image) { i.write("etc/passwd", inside) },
		"absolute link": func(i image) { // as NixOS has them
			i.must(os.MkdirAll(i.path("nix"), 0o755))
			i.write("nix/passwd", inside)
			i.link("/nix/passwd", "etc/passwd")
		},
		"link to above the root": func(i image) {
			i.write("passwd", inside)
			i.must(os.WriteFile(filepath.Join(i.root, "../passwd"), []byte(outsider), 0o644))
			i.link("../../../../../passwd", "etc/passwd")
		},
		"absolute link of a directory": func(i image) {
			i.must(os.Rename(i.path("etc"), i.path("real")))
			i.write("real/passwd", inside)
			i.link("/real", "etc")
		},
	} {
		i := newImage(t)
		set(i)
		files, err := i.read()
		if err != nil || len(usersOf(files)) != 1 || usersOf(files)[0].UID != 7 {
			t.Errorf("%s: %+v, %v", name, files, err)
		}
	}
}

func TestLinkOutOfTheImageFindsNothing(t *testing.T) {
	i := newImage(t)
	i.must(os.WriteFile(filepath.Join(i.root, "../passwd"), []byte(outsider), 0o644))
	for _, target := range []string{"../../passwd", "/../passwd", filepath.Join(i.root, "../passwd"), "/proc/self/root/etc/passwd"} {
		os.Remove(i.path("etc/passwd"))
		i.link(target, "etc/passwd")
		if files, err := i.read(); err != nil || len(usersOf(files)) != 0 {
			t.Errorf("%s: %+v, %v", target, files, err)
		}
	}
}
