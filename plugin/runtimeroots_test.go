package plugin

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRuntimeRoots(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if roots, err := checkRuntimeRoots([]string{dir + "/", "/proc"}); err != nil || !slices.Equal(roots, []string{dir, "/proc"}) {
		t.Errorf("%q, %v", roots, err)
	}
	if roots, err := checkRuntimeRoots(nil); err != nil || roots != nil {
		t.Errorf("%q, %v", roots, err)
	}
	for root, why := range map[string]string{
		"states": "is not an absolute path", "": "is not an absolute path", dir + "/none": "no such file or directory", file: "not a directory",
	} {
		_, err := checkRuntimeRoots([]string{dir, root})
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v", root, err)
		}
	}
}

func TestDirectoryThatHangs(t *testing.T) {
	released := make(chan struct{})
	defer close(released)
	begun := time.Now()
	err := soon(func() error { <-released; return os.ErrNotExist })
	if took := time.Since(begun); err != nil || took < rootDeadline {
		t.Errorf("%v after %v", err, took)
	}
}
