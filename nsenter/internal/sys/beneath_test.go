package sys_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

func TestDirectoryIsOpenedBeneathAndWithoutLinks(t *testing.T) {
	dir, path := container(t)
	must(t, os.Symlink("dev", filepath.Join(path, "link")))
	for name, ok := range map[string]bool{
		"": true, ".": true, "dev": true, "dev/pts": true,
		"link": false, "link/pts": false, "..": false, "dev/../..": false, "/": false, "/dev": false, "own": false, "gone": false,
	} {
		f, err := sys.OpenDirBeneath(dir, name)
		if ok != (err == nil) {
			t.Errorf("%q: %v", name, err)
		}
		if err == nil {
			closedOnExec(t, f)
			f.Close()
		}
	}
}

func TestDirectoryOfAnotherMountIsNotBeneath(t *testing.T) {
	root, err := sys.OpenDir("/")
	must(t, err)
	defer root.Close()
	if f, err := sys.OpenDirBeneath(root, "proc"); err == nil {
		f.Close()
		t.Error("/proc is opened beneath /")
	}
}

func TestOnlyAnExistingFileIsWritten(t *testing.T) {
	dir, path := container(t)
	must(t, os.Symlink("own", filepath.Join(path, "link")))
	for name, ok := range map[string]bool{"own": true, "new": false, "link": false, "dev": false} {
		if err := sys.WriteAt(dir, name, "1"); ok != (err == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if text, err := sys.ReadAt(dir, "own"); err != nil || text != "1f the container" {
		t.Errorf("%q, %v", text, err)
	}
}
