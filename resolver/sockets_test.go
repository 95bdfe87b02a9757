package resolver

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFindSockets(t *testing.T) {
	root := t.TempDir()
	if got := findSockets(root); len(got) != 0 {
		t.Errorf("on an empty machine: %q", got)
	}
	var want []string
	for _, path := range []string{"run/containerd/containerd.sock", "run/k3s/containerd/containerd.sock", "run/docker/containerd/containerd.sock"} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		want = append(want, path)
	}
	// As everywhere: the last known socket is one of the others.
	if err := os.Mkdir(filepath.Join(root, "var"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../run", filepath.Join(root, "var/run")); err != nil {
		t.Fatal(err)
	}
	if got := findSockets(root); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAddresses(t *testing.T) {
	r := New(Config{Addresses: []string{"unix:///a", "/b", "/a"}})
	got, err := r.addresses()
	if err != nil || !slices.Equal(got, []string{"/a", "/b"}) {
		t.Errorf("addresses: %q, %v", got, err)
	}
}
