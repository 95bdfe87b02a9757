package resolver

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/sidestep-dev/sidestep/internal/stack"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// errUnneeded says why a source was not asked.
var errUnneeded = errors.New("not looked for: the runtime has recorded when the process started")

// direct returns the container with a full ID that a runtime of root's knows which
// no containerd calls, such as Podman's, if its process runs that the runtime has
// recorded with its start time. Nobody else has to be asked then: no daemon, since
// a full ID is one container's, and neither the files of all others, which may be
// hundreds, nor all processes. It is nil where that is not so.
func (r *Resolver) direct(ref Reference) *trace {
	if !isFullID(ref.name) || ref.kind != anyName || !r.uses(SourceRuntime) {
		return nil
	}
	roots := r.ownRoots()
	known := func(root runtimestate.Root) bool { return keeps(root, ref.name) }
	// Below /run nothing hangs, where the user says it may.
	if len(r.config.RuntimeRoots) == 0 && !slices.ContainsFunc(roots, known) {
		return nil
	}
	found, _ := hang.Within(fileTimeout*r.slow, func() *trace {
		stack.Grow()
		return r.recordedDirectly(roots, ref.name)
	})
	if found == nil || !r.searches(found) {
		return nil
	}
	return found
}

// directly returns what Begin has found, or not, of a reference directly, or looks.
func (r *Resolver) directly(ref Reference) *trace {
	r.mu.Lock()
	if a := r.ahead; a != nil && a.ref == ref && a.looked {
		a.looked = false
		r.mu.Unlock()
		return a.direct
	}
	r.mu.Unlock()
	return r.direct(ref)
}

// ownRoots returns where the user says that states are, and where root has its own.
func (r *Resolver) ownRoots() []runtimestate.Root {
	var roots []runtimestate.Root
	for _, dir := range r.config.RuntimeRoots {
		roots = append(roots, runtimestate.Root{Dir: dir})
	}
	return append(roots, runtimestate.SystemRoots(r.places.root)...)
}

func keeps(root runtimestate.Root, id string) bool {
	_, err := os.Lstat(filepath.Join(root.Dir, id))
	return err == nil
}

// recordedDirectly reads the state of a container, its bundle and what is stored of
// it. What cannot be read of these two says nothing.
func (r *Resolver) recordedDirectly(roots []runtimestate.Root, id string) *trace {
	for i, root := range roots {
		if !keeps(root, id) {
			continue
		}
		state, err := runtimestate.Read(root.Dir, id)
		if err != nil {
			continue
		}
		if state.Start == 0 || !runs(state) {
			return nil
		}
		t := addState(nil, root, state, i < len(r.config.RuntimeRoots))[0]
		t.direct = true
		if file, ok := bundle.StorageOf(t.bundle); ok {
			stored, _ := bundle.ReadStorage(file)
			t.store(stored)
		}
		t.once.Do(func() {
			if t.bundle != "" {
				t.config, _ = bundle.Bundle{Dir: t.bundle}.Config()
			}
		})
		return t
	}
	return nil
}

// runs reports whether a process of the state's number runs that started when the
// recorded one did. It is not held: who believes the state pins it.
func runs(state runtimestate.State) bool {
	stat, err := proc.StatOf(state.PID)
	return err == nil && !stat.Dead() && stat.StartTime == state.Start
}
