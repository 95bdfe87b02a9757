package resolver

import (
	"context"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// recorded is a container that a runtime knows.
type recorded struct {
	root  runtimestate.Root
	named bool // by the user
	id    string
	state *runtimestate.State // nil: not read, or there is none that names a process
}

// in returns the trace of the same container, or nil.
func (r recorded) in(found []*trace) *trace {
	i := slices.IndexFunc(found, func(t *trace) bool {
		return t.id == r.id && (r.root.Namespace == "" || t.namespace == r.root.Namespace)
	})
	if i >= 0 && (r.root.Namespace != "" || found[i].namespace == "") {
		return found[i]
	}
	return nil
}

// recordsOf returns the containers that the runtimes of this host know, those
// in the directories that the user names first, and whether all directories
// could be read in time. The states are read of those that were not found yet.
func recordsOf(ctx context.Context, root string, own []string, found []*trace) (records []recorded, whole bool) {
	var roots []runtimestate.Root
	for _, dir := range own {
		roots = append(roots, runtimestate.Root{Dir: dir})
	}
	usual, whole := hang.Within(fileTimeout, func() []runtimestate.Root { return runtimestate.Roots(root) })
	roots = append(roots, usual...)
	lists := make([][]string, len(roots))
	read := make([]bool, len(roots))
	inParallel(len(roots), filesAtOnce, func(i int) {
		lists[i], read[i] = hang.Within(fileTimeout, func() []string {
			ids, _ := runtimestate.List(roots[i].Dir)
			return ids
		})
	})
	for i, ids := range lists {
		for _, id := range ids {
			records = append(records, recorded{root: roots[i], named: i < len(own), id: id})
		}
	}
	inParallel(len(records), filesAtOnce, func(i int) {
		if r := &records[i]; ctx.Err() == nil && r.in(found) == nil {
			r.read()
		}
	})
	return records, whole && ctx.Err() == nil && !slices.Contains(read, false)
}

func (r *recorded) read() {
	r.state, _ = hang.Within(fileTimeout, func() *runtimestate.State {
		state, err := runtimestate.Read(r.root.Dir, r.id)
		if err != nil {
			return nil // no state at all, or one that names no process
		}
		return &state
	})
}
