package resolver

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
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
