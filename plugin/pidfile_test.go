package plugin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPIDFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "pid")
	for _, pid := range []int{41, 4121} {
		f, err := newPIDFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.write(pid); err != nil {
			t.Fatal(err)
		}
		f.close()
	}
	data, err := os.ReadFile(name)
	if err != nil || string(data) != "4121" {
		t.Errorf("%q, %v", data, err)
	}
	unused, err := newPIDFile(filepath.Join(dir, "other"))
	if err != nil {
		t.Fatal(err)
	}
	unused.close()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestNoPIDFile(t *testing.T) {
	f, err := newPIDFile("")
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if err := f.write(1); err != nil {
		t.Error(err)
	}
}

func TestPIDFileMistakes(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{
		filepath.Join(dir, "none", "pid"): "no such file or directory",
		dir:                               "is a directory",
	} {
		_, err := newPIDFile(name)
		if err == nil || !strings.HasPrefix(err.Error(), "write the PID file ") || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if hint := explain(err, 0).hint; !strings.Contains(hint, "--pid-file") {
			t.Errorf("hint %q", hint)
		}
	}
}
