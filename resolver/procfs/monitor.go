package procfs

import (
	"path/filepath"
	"strings"
)

// Monitor is a process that looks after a container, or after those of a pod.
type Monitor struct {
	PID   int
	Start uint64 // in clock ticks since boot

	Namespace string // of containerd's shim; "" for conmon
	ID        string // of the container; for the shim of a pod that of its first one
	Address   string // of a shim: the socket of the containerd that it belongs to
	Bundle    string // the directory of the container's bundle
	PIDFile   string // of conmon: the file with the PID of the container's init
	Root      string // of conmon: where the runtime keeps its states; "" for its default
	Name      string // of conmon: what the container is called
}

// Shim reports whether the monitor is a shim of containerd's.
func (m Monitor) Shim() bool { return m.Namespace != "" }

// The names of monitors, as the kernel shows them: no more than 15 bytes.
const (
	shimName   = "containerd-shim"
	conmonName = "conmon"
)

// parseMonitor reads the arguments and the working directory of a process that
// is named as a monitor.
func parseMonitor(comm string, args []string, cwd string) (Monitor, bool) {
	switch {
	case strings.HasPrefix(comm, shimName):
		return parseShim(args, cwd)
	case comm == conmonName:
		return parseConmon(args)
	}
	return Monitor{}, false
}

// parseShim reads what containerd gives a shim that is to serve:
//
//	containerd-shim-runc-v2 -namespace NS -id ID -address SOCKET
//
// Its working directory is the bundle (containerd: core/runtime/v2/binary.go).
// The process that only starts another one has "start" as its last argument,
// and the one that removes what is left has "delete": they are passed over.
func parseShim(args []string, cwd string) (Monitor, bool) {
	flags, rest := flagsOf(args)
	m := Monitor{Namespace: flags["namespace"], ID: flags["id"], Address: flags["address"], Bundle: cwd}
	if m.Namespace == "" || m.ID == "" || !filepath.IsAbs(cwd) || len(rest) > 0 {
		return Monitor{}, false
	}
	m.Address = strings.TrimPrefix(m.Address, "unix://")
	return m, true
}

// parseConmon reads conmon's arguments (conmon(8)):
//
//	conmon -c ID -u UUID -r RUNTIME -b BUNDLE -p PIDFILE -n NAME … --runtime-arg --root=DIR …
//
// With --exec it looks after a command that was put into the container, by a podman
// exec for one, and not after the container: it is passed over.
func parseConmon(args []string) (Monitor, bool) {
	flags, _ := flagsOf(args)
	for _, name := range []string{"e", "exec"} {
		if _, ok := flags[name]; ok {
			return Monitor{}, false
		}
	}
	first := func(names ...string) string {
		for _, name := range names {
			if value := flags[name]; value != "" {
				return value
			}
		}
		return ""
	}
	m := Monitor{
		ID: first("c", "cid"), Bundle: first("b", "bundle"), PIDFile: first("p", "container-pidfile"), Name: first("n", "name"),
		Root: runtimeRoot(args),
	}
	if m.ID == "" || !filepath.IsAbs(m.Bundle) {
		return Monitor{}, false
	}
	for _, path := range []*string{&m.PIDFile, &m.Root} {
		if !filepath.IsAbs(*path) {
			*path = ""
		}
	}
	return m, true
}

// flagsOf returns the flags of a command line, "-flag value" or "--flag=value",
// the first of each name, and what is no flag. A flag that is followed by
// another flag has no value.
func flagsOf(args []string) (flags map[string]string, rest []string) {
	flags = map[string]string{}
	set := func(name, value string) {
		if _, ok := flags[name]; !ok {
			flags[name] = value
		}
	}
	for i := 1; i < len(args); i++ {
		text := strings.TrimPrefix(strings.TrimPrefix(args[i], "-"), "-")
		if text == args[i] {
			if text != "" {
				rest = append(rest, text)
			}
			continue
		}
		if name, value, ok := strings.Cut(text, "="); ok {
			set(name, value)
		} else if i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
			set(text, args[i+1])
			i++
		} else {
			set(text, "")
		}
	}
	return flags, rest
}

// runtimeRoot returns the state directory that conmon gives the runtime:
// --runtime-arg --root=DIR, --runtime-arg=--root --runtime-arg=DIR and the like.
func runtimeRoot(args []string) string {
	var passed []string
	for i := 0; i < len(args); i++ {
		if value, ok := strings.CutPrefix(args[i], "--runtime-arg="); ok {
			passed = append(passed, value)
		} else if args[i] == "--runtime-arg" && i+1 < len(args) {
			i++
			passed = append(passed, args[i])
		}
	}
	for i, arg := range passed {
		if dir, ok := strings.CutPrefix(arg, "--root="); ok {
			return dir
		}
		if arg == "--root" && i+1 < len(passed) {
			return passed[i+1]
		}
	}
	return ""
}
