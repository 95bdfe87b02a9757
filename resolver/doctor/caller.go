package doctor

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/internal/rootfile"
)

// defaultShim is how the names of containerd's own shims begin.
const defaultShim = "containerd-shim-runc"

// runtime returns the program of the container's OCI runtime, as its shim or
// monitor calls it, and whether there is one that is known here: the shims of
// other runtimes do their work themselves.
func (c chain) runtime() (name string, ok bool) {
	if !c.runs() {
		return "", false
	}
	var args []string
	if c.monitor == nil { // it was most likely the shim of runc
		args = []string{defaultShim}
	} else {
		args = arguments(c.monitor.PID)
	}
	if !c.byShim() {
		for i, arg := range args[:max(0, len(args)-1)] {
			if arg == "-r" || arg == "--runtime" {
				return args[i+1], true
			}
		}
		return "", false
	}
	if len(args) == 0 || !strings.HasPrefix(filepath.Base(args[0]), defaultShim) {
		return "", false
	}
	// The shim writes down what its options name, nothing for the default.
	name, _ = within(fileDeadline, func() string {
		data, _, _ := rootfile.Read(filepath.Join(c.bundle.Dir, "runtime"), maxLine)
		return strings.TrimSpace(string(data))
	})
	if name == "" {
		name = "runc"
	}
	return name, true
}

// maxLine bounds a file that has one line, in bytes.
const maxLine = 4096

// arguments returns the arguments of a process.
func arguments(pid int) []string {
	data, err := os.ReadFile(procPath(pid, "cmdline"))
	if err != nil || len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\x00"), "\x00")
}
