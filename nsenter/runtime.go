package nsenter

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// readRuntime reads by what the parent of init, its shim, is confined: what it
// gives to all that it starts. It leaves unknown what cannot be known: when
// the shim is dead, the host's init has taken its place, and another PID
// namespace's parent is not seen.
func readRuntime(target *proc.Process, spec *specs.Spec, id string, f *plan.Facts) {
	f.RuntimeFilters = -1
	if !plan.NeedsRuntime(*f, spec) || target.Parent() <= 1 {
		return
	}
	needsBundle, needsNamespaces := plan.NeedsBundle(spec), plan.NeedsRuntimeNamespaces(*f, spec)
	if !needsBundle && !needsNamespaces {
		if status, err := proc.StatusOf(target.Parent()); err == nil && !status.Dead { // one read is of one process
			f.RuntimeFilters = status.SeccompFilters
		}
		return
	}
	parent, err := proc.Pin(target.Parent())
	if err != nil {
		return // it has ended: nothing is known of it
	}
	defer parent.Close()
	status, err := parent.Status()
	if err != nil {
		return
	}
	if needsNamespaces {
		if f.Runtime, err = parent.Namespaces(); err != nil {
			return
		}
	}
	f.RuntimeFilters = status.SeccompFilters
	if needsBundle {
		// Without it everything works but a listener that asks for its name.
		f.Bundle, _ = bounded("find the bundle", bundleDeadline, func() (string, error) { return bundle(parent, id), nil })
	}
}

// bundleDeadline bounds the look for a container's bundle: the file system of
// the host that it is on may not answer any more.
const bundleDeadline = 200 * time.Millisecond

// bundle returns the directory of the container's OCI bundle, or "". A shim
// works in that of its first container, and those of others are beside it, by
// their IDs.
func bundle(shim *proc.Process, id string) string {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", shim.PID()))
	if err != nil || id == "" || filepath.Base(id) != id {
		return ""
	}
	dir := filepath.Join(filepath.Dir(cwd), id)
	if _, err := os.Stat(filepath.Join(dir, "config.json")); err != nil {
		return ""
	}
	return dir
}
