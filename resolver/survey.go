package resolver

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// surveyTimeout bounds a look at all containers' files and processes. Those of
// 200 containers take some 50 ms.
const surveyTimeout = 500 * time.Millisecond

// filesAtOnce is how many containers' files are read at the same time.
const filesAtOnce = 8

// places is where a host keeps its files: tests have hosts of their own.
type places struct{ root, proc string }

// survey is what all containers of this host have left on disk and in /proc.
type survey struct {
	mu     sync.Mutex
	ended  bool
	traces []*trace
	scan   *procfs.Scan // nil: there was no time for it
}

// look makes a survey. What is not read before the deadline is not in it.
func (r *Resolver) look(ctx context.Context) *survey {
	ctx, cancel := context.WithTimeout(ctx, surveyTimeout)
	defer cancel()
	s := &survey{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.fill(ctx, r.places, r.config.RuntimeRoots)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.traces = slices.DeleteFunc(s.traces, func(t *trace) bool { return !r.searches(t) })
	return s
}

// searches reports whether the user may mean a container: one of the socket and
// the namespace that were named, or of a runtime's directory that was named.
func (r *Resolver) searches(t *trace) bool {
	if t.own {
		return true
	}
	if ns := r.config.Namespace; ns != "" && t.namespace != ns {
		return false
	}
	if len(r.config.Addresses) == 0 {
		return true
	}
	return t.ofContainerd() && (t.address == "" || slices.ContainsFunc(r.config.Addresses, func(address string) bool {
		return sameSocket(strings.TrimPrefix(address, "unix://"), t.address)
	}))
}

// sameSocket reports whether two paths lead to one socket, which may be gone:
// /var/run is often a link to /run.
func sameSocket(a, b string) bool {
	if a == b {
		return true
	}
	if filepath.Base(a) == filepath.Base(b) {
		dirA, errA := filepath.EvalSymlinks(filepath.Dir(a))
		dirB, errB := filepath.EvalSymlinks(filepath.Dir(b))
		if errA == nil && errB == nil && dirA == dirB {
			return true
		}
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func (s *survey) fill(ctx context.Context, at places, roots []string) {
	scan, _ := procfs.Look(ctx, at.proc) // of a pass that was cut short, what it has seen
	s.mu.Lock()
	if !s.ended {
		s.scan = &scan
	}
	s.mu.Unlock()
	var found []*trace
	states := bundle.States(at.root)
	seen := map[string]bool{}
	list := func(state bundle.State) {
		if seen[state.Dir] {
			return
		}
		seen[state.Dir] = true
		bundles, _ := bundle.List(state.Dir) // of one that cannot be read there is nothing
		for _, b := range bundles {
			found = append(found, fromBundle(b, state.Address))
		}
	}
	// A shim's working directory is a bundle: its siblings are those of the same
	// containerd, wherever that keeps them.
	for _, m := range scan.Monitors {
		if b, ok := bundle.At(m.Bundle); ok && m.Shim() {
			list(bundle.State{Dir: b.StateOf(), Address: m.Address})
		}
	}
	for _, state := range states {
		list(state)
	}
	found = addMonitors(found, scan.Monitors)
	found = addStates(found, at.root, roots)
	nameStored(found)
	inParallel(len(found), filesAtOnce, func(i int) {
		if ctx.Err() != nil {
			return
		}
		t := found[i]
		t.scan = &scan
		if t.pidFile == "" && t.bundle != "" && t.ofContainerd() {
			t.pidFile = filepath.Join(t.bundle, "init.pid")
		}
		t.read(at.root)
		s.add(t)
	})
	for _, t := range byCgroup(found, scan.Processes) {
		t.scan = &scan
		s.add(t)
	}
}

func (s *survey) add(t *trace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.traces = append(s.traces, t)
	}
}

// fromBundle returns the trace of a bundle of a containerd.
func fromBundle(b bundle.Bundle, address string) *trace {
	return &trace{id: b.ID, namespace: b.Namespace, address: address, bundle: b.Dir, from: "the bundle " + b.Dir}
}

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
// nobody looks after, and of the directories that the user names. own are the
// user's.
func addStates(found []*trace, root string, own []string) []*trace {
	var roots []runtimestate.Root
	for _, dir := range own {
		roots = append(roots, runtimestate.Root{Dir: dir})
	}
	roots = append(roots, runtimestate.Roots(root)...)
	for n, root := range roots {
		named := n < len(own)
		ids, _ := runtimestate.List(root.Dir)
		for _, id := range ids {
			same := func(t *trace) bool {
				return t.id == id && (root.Namespace == "" || t.namespace == root.Namespace)
			}
			if i := slices.IndexFunc(found, same); i >= 0 && (root.Namespace != "" || found[i].namespace == "") {
				found[i].inRoot(root.Dir, named)
				continue
			}
			state, err := runtimestate.Read(root.Dir, id)
			if err != nil {
				continue // no state at all, or one that names no process
			}
			found = addState(found, root, state, named)
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

// nameStored gives the containers of Podman and CRI-O what their storage says
// of them.
func nameStored(found []*trace) {
	files := map[string]map[string]bundle.Stored{}
	for _, t := range found {
		file, ok := bundle.StorageOf(t.bundle)
		if !ok || t.ofContainerd() {
			continue
		}
		stored, ok := files[file]
		if !ok {
			stored, _ = bundle.ReadStorage(file) // without it they have the names that conmon was given
			files[file] = stored
		}
		t.stored = stored[t.id]
		if t.created.IsZero() {
			t.created = t.stored.Created
		}
	}
}

// byCgroup returns the containers that only their processes show: the inits of
// PID namespaces whose cgroup is named after a container.
func byCgroup(found []*trace, processes []procfs.Process) []*trace {
	known := map[string]bool{}
	for _, t := range found {
		known[t.id] = true
	}
	var more []*trace
	for _, p := range processes {
		if !p.Init() {
			continue
		}
		for _, m := range p.Cgroups {
			namespace, id := "", innermost(m.Path)
			guess := id == "" && len(p.NSpid) == 2
			if guess {
				namespace, id = lastTwo(m.Path)
			}
			if id != "" && !known[id] {
				known[id] = true
				from := fmt.Sprintf("the cgroup of process %d", p.PID)
				more = append(more, &trace{id: id, namespace: namespace, guess: guess, from: from})
			}
		}
	}
	return more
}

// lastTwo returns the containerd namespace and the ID that a cgroup of
// containerd's default form names: …/NAMESPACE/ID.
func lastTwo(path string) (namespace, id string) {
	parts := components(path)
	if len(parts) < 2 {
		return "", ""
	}
	namespace, id = parts[len(parts)-2], parts[len(parts)-1]
	if badName("", namespace) != "" || badName("", id) != "" || strings.HasSuffix(id, ".scope") || strings.HasSuffix(id, ".slice") ||
		strings.HasSuffix(id, ".service") {
		return "", ""
	}
	return namespace, id
}

// innermost returns the container that a cgroup is named after beyond doubt, by
// an ID that a runtime made; of a container in a container the inner one.
func innermost(path string) string {
	for _, id := range idsIn(path) {
		if isFullID(id) {
			return id
		}
	}
	return ""
}

// find returns the trace of a container that a containerd knows, or nil.
func (s *survey) find(address, namespace, id string) *trace {
	var other *trace // of which it is not known whose it is
	for _, t := range s.traces {
		switch {
		case t.id != id || t.namespace != namespace:
		case t.address == "":
			other = t
		case sameSocket(t.address, address):
			return t
		}
	}
	return other
}
