package resolver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// addMonitors adds the containers of monitors: those whose bundle is gone, and
// those that no containerd has made.
func addMonitors(found []*trace, monitors []procfs.Monitor) []*trace {
	for _, m := range monitors {
		i := slices.IndexFunc(found, func(t *trace) bool {
			return t.bundle == m.Bundle || m.Shim() && t.namespace == m.Namespace && t.id == m.ID && t.address == m.Address
		})
		if i >= 0 {
			found[i].watched(m)
			continue
		}
		t := &trace{id: m.ID, namespace: m.Namespace, address: m.Address, bundle: m.Bundle, name: m.Name, pidFile: m.PIDFile}
		t.watched(m)
		t.from = fmt.Sprintf("conmon, process %d", m.PID)
		if m.Shim() {
			t.from = fmt.Sprintf("its shim, process %d", m.PID)
			t.bundle = strings.TrimSuffix(m.Bundle, " (deleted)") // as the kernel shows a directory that was removed
		}
		if m.Root != "" {
			t.roots = []string{m.Root}
		}
		found = append(found, t)
	}
	return found
}

// watched remembers who looks after the container. A shim with siblings below it
// looks after a pod.
func (t *trace) watched(m procfs.Monitor) {
	t.monitor, t.monitorID = m.PID, m.ID
	t.alone = m.ID == t.id
}

// addStates adds the containers that runtimes know: of a runc or crun that
// nobody looks after, and of the directories that the user names.
func addStates(found []*trace, records []recorded) []*trace {
	for _, r := range records {
		if t := r.in(found); t != nil {
			t.inRoot(r.root.Dir, r.named)
		} else if r.state != nil {
			found = addState(found, r.root, *r.state, r.named)
		}
	}
	return found
}

// addState adds a container that a runtime knows, or its state to the trace of
// the same bundle.
func addState(found []*trace, root runtimestate.Root, state runtimestate.State, named bool) []*trace {
	if i := slices.IndexFunc(found, func(t *trace) bool { return state.Bundle != "" && t.bundle == state.Bundle }); i >= 0 {
		found[i].inRoot(root.Dir, named)
		return found
	}
	t := &trace{
		id: state.ID, namespace: root.Namespace, bundle: state.Bundle, created: state.Created,
		from: "the runtime's state " + state.Dir,
	}
	t.inRoot(root.Dir, named)
	return append(found, t)
}

// inRoot remembers that a runtime keeps the container's state below a root, and
// whether it was the user who named that.
func (t *trace) inRoot(root string, named bool) {
	t.own = t.own || named
	if !slices.Contains(t.roots, root) {
		t.roots = append(t.roots, root)
	}
}
