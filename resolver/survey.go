package resolver

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
)

// A look at all containers' files and processes goes on for as long as there
// is time for it, less what asking the one that is meant takes then. Those of
// 200 containers take some 50 ms, and a second on a machine that is busy. What
// hangs is not waited for: see fileTimeout.
const (
	surveyTimeout = 1200 * time.Millisecond // where nobody has said how much time there is
	claimReserve  = 500 * time.Millisecond
)

// filesAtOnce is how many containers' files are read at the same time.
const filesAtOnce = 8

// places is where a host keeps its files: tests have hosts of their own.
type places struct{ root, proc string }

// survey is what all containers of this host have left on disk and in /proc.
// Their bundles are read when somebody wants to know what they say.
type survey struct {
	root   string
	until  time.Time // later nothing more is read
	traces []*trace
	others []*trace     // of sockets and namespaces that the user does not mean
	scan   *procfs.Scan // nil: /proc was not looked at
	late   bool         // there was no time for all, or something hangs
}

// look makes a survey.
func (r *Resolver) look(ctx context.Context) *survey {
	s := &survey{root: r.places.root, until: r.lookUntil(ctx)}
	ctx, cancel := context.WithDeadline(ctx, s.until)
	defer cancel()
	scan, err := procfs.Look(ctx, r.places.proc) // of a pass that was cut short, what it has seen
	s.scan = &scan
	found, whole := bundlesOf(s.root, scan.Monitors)
	found = addMonitors(found, scan.Monitors)
	records, all := recordsOf(ctx, s.root, r.config.RuntimeRoots, found)
	found = addStates(found, records)
	s.late = err != nil || !whole || !all
	nameStored(found)
	for _, t := range found {
		if t.pidFile == "" && t.bundle != "" && t.ofContainerd() {
			t.pidFile = filepath.Join(t.bundle, "init.pid")
		}
	}
	found = append(found, byCgroup(found, scan.Processes)...)
	for _, t := range found {
		t.scan = &scan
		if r.searches(t) {
			s.traces = append(s.traces, t)
		} else {
			s.others = append(s.others, t)
		}
	}
	return s
}

// lookUntil returns until when a survey that begins now may take.
func (r *Resolver) lookUntil(ctx context.Context) time.Time {
	now := time.Now()
	end, ok := ctx.Deadline()
	if !ok {
		return now.Add(max(surveyTimeout, r.config.Timeout))
	}
	left := end.Sub(now)
	return now.Add(max(left-claimReserve, left/2))
}

// bundlesOf returns the containers whose bundles the state directories of
// containerds hold, and whether all directories could be read in time.
//
// A shim's working directory is a bundle: its siblings are those of the same
// containerd, wherever that keeps them.
func bundlesOf(root string, monitors []procfs.Monitor) (found []*trace, whole bool) {
	var states []bundle.State
	add := func(s bundle.State) {
		if !slices.ContainsFunc(states, func(known bundle.State) bool { return known.Dir == s.Dir }) {
			states = append(states, s)
		}
	}
	for _, m := range monitors {
		if b, ok := bundle.At(m.Bundle); ok && m.Shim() {
			add(bundle.State{Dir: b.StateOf(), Address: m.Address})
		}
	}
	for _, s := range bundle.States(root) {
		add(s)
	}
	lists := make([][]bundle.Bundle, len(states))
	read := make([]bool, len(states))
	inParallel(len(states), filesAtOnce, func(i int) {
		lists[i], read[i] = hang.Within(fileTimeout, func() []bundle.Bundle {
			bundles, _ := bundle.List(states[i].Dir) // of one that cannot be read there is nothing
			return bundles
		})
	})
	for i, bundles := range lists {
		for _, b := range bundles {
			found = append(found, fromBundle(b, states[i].Address))
		}
	}
	return found, !slices.Contains(read, false)
}

// fromBundle returns the trace of a bundle of a containerd.
func fromBundle(b bundle.Bundle, address string) *trace {
	return &trace{id: b.ID, namespace: b.Namespace, address: address, bundle: b.Dir, from: "the bundle " + b.Dir}
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
		if !ok { // without it they have the names that conmon was given
			stored, _ = hang.Within(fileTimeout, func() map[string]bundle.Stored {
				stored, _ := bundle.ReadStorage(file)
				return stored
			})
			files[file] = stored
		}
		t.store(stored)
	}
}

// store takes what a storage says of the container.
func (t *trace) store(stored map[string]bundle.Stored) {
	t.stored = stored[t.id]
	if t.created.IsZero() {
		t.created = t.stored.Created
	}
}
