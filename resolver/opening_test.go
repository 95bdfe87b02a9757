package resolver

import (
	"os"
	"path/filepath"
	"testing"
)

// The task of a container is asked for with its record where it may run: where the
// bundle is, or anywhere when the directory of the bundles is not known.
func TestMayRun(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "run/containerd/io.containerd.runtime.v2.task/default/web"), 0o700); err != nil {
		t.Fatal(err)
	}
	r := &Resolver{places: places{root: root}}
	usual := filepath.Join(root, "run/containerd/containerd.sock")
	for _, test := range []struct {
		address, namespace, id string
		want                   bool
	}{
		{usual, "default", "web", true},
		{usual, "k8s.io", "web", false},
		{usual, "default", "other", false},
		{filepath.Join(root, "srv/c.sock"), "default", "other", true},
	} {
		if got := r.mayRun(test.address, test.id)(test.namespace); got != test.want {
			t.Errorf("%+v: %t", test, got)
		}
	}
}
