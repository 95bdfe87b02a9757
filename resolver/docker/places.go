package docker

import (
	"encoding/json"
	"path/filepath"
)

// Sockets returns where a Docker daemon listens, below the file system root.
func Sockets(root string) []string {
	return []string{filepath.Join(root, "/run/docker.sock"), filepath.Join(root, "/var/run/docker.sock")}
}

// DataRoots returns where a Docker daemon keeps its files: the data root that
// its configuration below the file system root names, then the usual ones.
func DataRoots(root string) []string {
	var roots []string
	if data, err := readFile(filepath.Join(root, "/etc/docker/daemon.json")); err == nil {
		if dir := configuredRoot(data); dir != "" {
			roots = append(roots, filepath.Join(root, dir))
		}
	}
	return append(roots, filepath.Join(root, "/var/lib/docker"), filepath.Join(root, "/var/snap/docker/common/var-lib-docker"))
}

// configuredRoot returns the data root that a daemon.json names, or "".
func configuredRoot(data []byte) string {
	var config struct {
		DataRoot string `json:"data-root"`
		Graph    string `json:"graph"` // its name before Docker 17.05
	}
	if json.Unmarshal(data, &config) != nil {
		return ""
	}
	for _, dir := range []string{config.DataRoot, config.Graph} {
		if filepath.IsAbs(dir) {
			return filepath.Clean(dir)
		}
	}
	return ""
}
