package bundle

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// put makes a bundle below a state directory with files given as "NAME CONTENT".
func put(t *testing.T, state, namespace, id string, files ...string) Bundle {
	t.Helper()
	b := In(state, namespace, id)
	if err := os.MkdirAll(b.Dir, 0o711); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, content, _ := strings.Cut(file, " ")
		if err := os.WriteFile(filepath.Join(b.Dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func TestList(t *testing.T) {
	state := t.TempDir()
	if got, err := List(state); len(got) != 0 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of none: %v, %v", got, err)
	}
	put(t, state, "k8s.io", "b")
	put(t, state, "k8s.io", "a")
	put(t, state, "default", "web")
	put(t, state, "default", ".gone") // being removed
	if err := os.WriteFile(filepath.Join(state, tasks, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := List(state)
	var texts []string
	for _, b := range got {
		texts = append(texts, b.Namespace+"/"+b.ID)
		if again, ok := At(b.Dir); !ok || again != b || again.StateOf() != state {
			t.Errorf("At(%s): %+v, %t", b.Dir, again, ok)
		}
	}
	if strings.Join(texts, " ") != "default/web k8s.io/a k8s.io/b" {
		t.Errorf("List: %q, %v", texts, err)
	}
}

func TestAt(t *testing.T) {
	for _, dir := range []string{"/", "", "/run/containerd", "io.containerd.runtime.v2.task/a/b", "/x/io.containerd.runtime.v2.task/a"} {
		if b, ok := At(dir); ok {
			t.Errorf("At(%q): %+v", dir, b)
		}
	}
}

func TestStates(t *testing.T) {
	for _, s := range States("/root") {
		if !strings.HasPrefix(s.Dir, "/root/") || !strings.HasPrefix(s.Address, "/root/") {
			t.Errorf("%+v", s)
		}
	}
}
