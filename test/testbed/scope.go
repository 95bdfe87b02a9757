package testbed

import (
	"fmt"
	"path/filepath"
	"strings"
)

// scope is what all things of a run, or of one bed, have in their names:
// "ss-0004711", or "ss-0004711/001".
type scope string

// scopeOf returns the scope of a run's or bed's directory.
func scopeOf(dir string) scope {
	name, _ := filepath.Rel(runsDir, dir)
	return scope(name)
}

// in reports whether text names something of the scope.
func (s scope) in(text string) bool { return strings.Contains(text, string(s)) }

// dir returns the scope's directory.
func (s scope) dir() string { return filepath.Join(runsDir, string(s)) }

// cgroup returns the path of the cgroup that holds the scope's containers.
func (s scope) cgroup() string { return "/" + string(s) }

// bridge returns the name of the scope's network bridge, and the beginning of
// the names of the run's bridges. It has at most 15 bytes, as IFNAMSIZ asks.
func (s scope) bridge() string { return strings.ReplaceAll(string(s), "/", "-") }

// leftovers describes what of the scope exists, its directory aside.
func (s scope) leftovers() []string {
	var left []string
	for _, p := range s.processes() {
		left = append(left, "process "+p.String())
	}
	for _, dir := range s.mounts() {
		left = append(left, "mount "+dir)
	}
	for _, dir := range s.cgroups() {
		left = append(left, "cgroup "+dir)
	}
	for _, name := range s.bridges() {
		left = append(left, "network bridge "+name)
	}
	for name, value := range s.changedSysctls() {
		left = append(left, fmt.Sprintf("sysctl %s, which was %s", name, strings.TrimSpace(value)))
	}
	return append(left, s.runtimeFiles()...)
}
