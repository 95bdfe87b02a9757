package testbed

import (
	"os"
	"path/filepath"
	"testing"
)

// Flavour is a version of containerd.
type Flavour struct {
	Name   string
	dir    string // of containerd, its shim and ctr
	config string // what its version of the configuration has besides the bed's
}

// Debian returns the containerd 1.6 that Debian 12 has.
func Debian() Flavour {
	return Flavour{
		Name:   "containerd-1.6",
		dir:    "/usr/bin",
		config: `disabled_plugins = ["io.containerd.grpc.v1.cri"]`,
	}
}

// V2 returns the containerd 2.4 that hack/test builds from its module.
func V2() Flavour {
	return Flavour{
		Name:   "containerd-2.4",
		dir:    filepath.Join(Cache(), "containerd-v2.4.2"),
		config: `disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]`,
	}
}

// Flavours returns every flavour that sidestep is tested with.
func Flavours() []Flavour { return []Flavour{Debian(), V2()} }

// Each runs the test once for each flavour, in a bed of its own.
func Each(t *testing.T, test func(*testing.T, *Bed)) {
	t.Helper()
	for _, flavour := range Flavours() {
		t.Run(flavour.Name, func(t *testing.T) { test(t, Start(t, flavour)) })
	}
}

// Cache returns the directory where hack/test keeps what it builds from
// modules: $SIDESTEP_CACHE, or ~/.cache/sidestep.
func Cache() string {
	if dir := os.Getenv("SIDESTEP_CACHE"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "/root"
	}
	return filepath.Join(home, ".cache", "sidestep")
}

// program returns the path of one of the flavour's programs, which must exist.
func (f Flavour) program(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(f.dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%s needs %s: run hack/test as root, it installs it", f.Name, path)
	}
	return path
}

// environ returns the environment of the flavour's daemon: its own programs
// come first in PATH, so that the daemon finds the shim beside it.
func (f Flavour) environ() []string {
	return append(os.Environ(), "PATH="+f.dir+":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
}
