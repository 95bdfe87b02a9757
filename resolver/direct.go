package resolver

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
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
	if !r.mayBeRecorded(ref) {
		return nil
	}
	found, _ := hang.Within(fileTimeout, func() *trace { return r.recordedDirectly(ref.name) })
	if found == nil || !r.searches(found) {
		return nil
	}
	nameStored([]*trace{found})
	found.read(r.places.root)
	return found
}

func (r *Resolver) mayBeRecorded(ref Reference) bool {
	return isFullID(ref.name) && ref.kind == anyName && r.uses(SourceRuntime)
}

// isRecorded reports whether direct is likely to find a container: no daemon needs
// to be asked ahead then, which would keep the processor from who looks here.
func (r *Resolver) isRecorded(ref Reference) bool {
	if !r.mayBeRecorded(ref) {
		return false
	}
	look := func() bool {
		return slices.ContainsFunc(r.ownRoots(), func(root runtimestate.Root) bool { return keeps(root, ref.name) })
	}
	if len(r.config.RuntimeRoots) == 0 {
		return look() // below /run, where nothing hangs
	}
	found, _ := hang.Within(fileTimeout, look)
	return found
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

func (r *Resolver) recordedDirectly(id string) *trace {
	for i, root := range r.ownRoots() {
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
