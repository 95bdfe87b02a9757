package testbed

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// runtimeFiles returns what the scope's containers left in the directories that
// every containerd and kubelet of a host shares: runc's states, the addresses
// that network plugins gave, links to logs, and the sockets of shims.
func (s scope) runtimeFiles() []string {
	var own []string
	states, _ := filepath.Glob("/run/containerd/runc/*/*/state.json")
	for _, file := range states {
		if data, _ := os.ReadFile(file); s.in(string(data)) {
			own = append(own, filepath.Dir(file))
		}
	}
	results, _ := filepath.Glob("/var/lib/cni/results/*")
	for _, file := range results {
		if data, _ := os.ReadFile(file); s.in(string(data)) {
			own = append(own, file)
		}
	}
	logs, _ := filepath.Glob("/var/log/containers/*")
	for _, link := range logs {
		if target, _ := os.Readlink(link); s.in(target) {
			own = append(own, link)
		}
	}
	return append(own, s.shimSockets()...)
}

var socketURL = regexp.MustCompile(`unix://(/run/containerd/s/[0-9a-f]+)`)

// shimSockets returns the sockets that the bundles of the scope's containers
// name.
func (s scope) shimSockets() []string {
	var own []string
	for _, pattern := range []string{"address", "bootstrap.json"} {
		for _, depth := range []string{"", "*/"} { // a bed's own, and those of all beds of a run
			files, _ := filepath.Glob(s.dir() + "/" + depth + "state/io.containerd.runtime.v2.task/*/*/" + pattern)
			for _, file := range files {
				data, _ := os.ReadFile(file)
				for _, match := range socketURL.FindAllSubmatch(data, -1) {
					if _, err := os.Stat(string(match[1])); err == nil {
						own = append(own, string(match[1]))
					}
				}
			}
		}
	}
	return own
}

// sharedDirs are the directories that containerd, its shims, ctr, Docker, the
// kubelet and network plugins make outside those that they are told to use, the innermost first.
func sharedDirs() []string {
	dirs, _ := filepath.Glob("/run/containerd/runc/*")
	return append(dirs, "/run/containerd/runc", "/run/containerd/s", "/run/containerd/fifo", "/run/containerd",
		"/run/docker/plugins", "/run/docker/runtime-runc", "/run/docker",
		"/var/log/containers", "/var/lib/cni/results", "/var/lib/cni",
		"/var/lib/kubelet/device-plugins/kubelet.sock", "/var/lib/kubelet/device-plugins", "/var/lib/kubelet")
}

// sharedBefore is the file of a run's directory that names the shared
// directories that existed before the run.
const sharedBefore = "shared-before"

// rememberShared writes down which of the shared directories exist.
func (s scope) rememberShared() error {
	var found strings.Builder
	for _, dir := range sharedDirs() {
		if _, err := os.Lstat(dir); err == nil {
			found.WriteString(dir + "\n")
		}
	}
	return os.WriteFile(filepath.Join(s.dir(), sharedBefore), []byte(found.String()), 0o600)
}

// removeShared removes the shared directories that did not exist before the
// run and that nobody uses: they are empty.
func (s scope) removeShared() {
	data, err := os.ReadFile(filepath.Join(s.dir(), sharedBefore))
	if err != nil {
		return // a bed's scope, or a run that had not begun
	}
	before := strings.Split(string(data), "\n")
	for _, dir := range sharedDirs() {
		if !slices.Contains(before, dir) {
			_ = os.Remove(dir)
		}
	}
}
