package resolver

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// knownSockets is where a containerd listens, the machine's own first.
var knownSockets = []string{
	"/run/containerd/containerd.sock",
	"/run/k3s/containerd/containerd.sock", // k3s and rke2
	"/run/k0s/containerd.sock",
	"/var/snap/microk8s/common/run/containerd.sock",
	"/run/docker/containerd/containerd.sock", // the one that a Docker daemon starts for itself
	"/var/run/docker/containerd/containerd.sock",
}

// findSockets returns the known sockets that exist below the file system root.
func findSockets(root string) []string {
	var paths []string
	for _, path := range knownSockets {
		paths = append(paths, filepath.Join(root, path))
	}
	return existing(paths)
}

// existing returns the paths that there are, each file once: /var/run is often
// a link to /run. A path below a folder that the caller may not search is
// kept, so that connecting to it says so.
func existing(paths []string) []string {
	var found []string
	var seen []fs.FileInfo
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrPermission):
			found = append(found, path)
		case err == nil && !has(seen, info):
			found, seen = append(found, path), append(seen, info)
		}
	}
	return found
}

func has(seen []fs.FileInfo, info fs.FileInfo) bool {
	for _, s := range seen {
		if os.SameFile(s, info) {
			return true
		}
	}
	return false
}
