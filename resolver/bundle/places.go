package bundle

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// tasks is the directory of a containerd's state directory that holds the
// bundles: NAMESPACE/ID (containerd: core/runtime/v2, bundle.go).
const tasks = "io.containerd.runtime.v2.task"

// maxEntries bounds how many names of a directory are looked at.
const maxEntries = 16384

// Bundle is the bundle of one container.
type Bundle struct {
	Dir       string
	Namespace string // containerd's; "" when no containerd made it
	ID        string
}

// State is the state directory of a containerd, and the socket on which that
// containerd listens as it is usually configured.
type State struct{ Dir, Address string }

// States returns the state directories of the containerds of known products,
// below the file system root, whether they exist or not.
func States(root string) []State {
	states := []State{
		{"/run/containerd", "/run/containerd/containerd.sock"},
		{"/run/k3s/containerd", "/run/k3s/containerd/containerd.sock"}, // k3s and rke2
		{"/run/k0s/containerd", "/run/k0s/containerd.sock"},
		{"/var/snap/microk8s/common/run/containerd", "/var/snap/microk8s/common/run/containerd.sock"},
		{"/run/docker/containerd/daemon", "/run/docker/containerd/containerd.sock"}, // that a Docker daemon starts for itself
	}
	for i, s := range states {
		states[i] = State{Dir: filepath.Join(root, s.Dir), Address: filepath.Join(root, s.Address)}
	}
	return states
}

// StateOf returns the state directory that a bundle of containerd's is in.
func (b Bundle) StateOf() string { return filepath.Dir(filepath.Dir(filepath.Dir(b.Dir))) }

// At returns the bundle in a directory that has the form of containerd's
// bundles, and whether it has.
func At(dir string) (Bundle, bool) {
	dir = filepath.Clean(dir)
	namespaced := filepath.Dir(dir)
	if !filepath.IsAbs(dir) || filepath.Base(filepath.Dir(namespaced)) != tasks {
		return Bundle{}, false
	}
	return Bundle{Dir: dir, Namespace: filepath.Base(namespaced), ID: filepath.Base(dir)}, true
}

// In returns where a container's bundle is below a state directory.
func In(state, namespace, id string) Bundle {
	return Bundle{Dir: filepath.Join(state, tasks, namespace, id), Namespace: namespace, ID: id}
}

// List returns the bundles below a state directory, by namespace and ID. The
// error is that of the first directory that cannot be read.
func List(state string) ([]Bundle, error) {
	root := filepath.Join(state, tasks)
	namespaces, err := rootfile.Names(root, maxEntries)
	if err != nil {
		return nil, err
	}
	var bundles []Bundle
	for _, namespace := range sorted(namespaces) {
		ids, readErr := rootfile.Names(filepath.Join(root, namespace), maxEntries-len(bundles))
		if readErr != nil && err == nil {
			err = readErr
		}
		for _, id := range sorted(ids) {
			bundles = append(bundles, In(state, namespace, id))
		}
		if len(bundles) >= maxEntries {
			break
		}
	}
	return bundles, err
}

// sorted sorts names and leaves hidden ones out: containerd renames a bundle to
// .ID before it removes it.
func sorted(names []string) []string {
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, ".") })
	slices.Sort(names)
	return names
}
