package resolver

import (
	"cmp"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/internal/hang"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// trace is a container as its files and processes on this host show it,
// whether or not its daemon answers.
type trace struct {
	id, namespace string // the namespace is containerd's, or ""
	address       string // the socket of its containerd; "": none, or not known
	bundle        string // the directory of its config.json; "": not known
	pidFile       string // that names its init; "": none
	roots         []string
	name          string // "": by its labels
	runtime       string
	stored        bundle.Stored
	config        bundle.Config
	unread        bool // its config hangs, or there was no time for it
	created       time.Time
	from          string // what it was found by, in words
	monitor       int    // the PID of its shim or conmon; 0: none
	monitorID     string // the ID that its shim was started with: of a pod that of the sandbox
	alone         bool   // the monitor has no other container
	guess         bool   // any cgroup may be named so: it is meant by this very ID only
	direct        bool   // it was found by its ID alone
	own           bool   // it is in a runtime's directory that the user named
	scan          *procfs.Scan
	once          sync.Once // for read or skip
}

// ofContainerd reports whether a containerd has made the container.
func (t *trace) ofContainerd() bool { return t.namespace != "" }

// fileTimeout bounds the wait for one container's files. A file system that
// hangs never lets its reader go.
const fileTimeout = 200 * time.Millisecond

// read reads what the container's bundle says of it, once.
func (t *trace) read(root string) {
	t.once.Do(func() {
		var named string
		if t.bundle != "" {
			named = t.readBundle()
		}
		t.addRoots(root, named)
	})
}

// skip is for a container whose bundle there is no time to read.
func (t *trace) skip(root string) {
	t.once.Do(func() {
		t.unread = true
		t.addRoots(root, "")
	})
}

// readBundle reads the container's spec, and returns where its options say that
// its runtime keeps its state, or "".
func (t *trace) readBundle() string {
	type files struct {
		config bundle.Config
		root   string
	}
	b := bundle.Bundle{Dir: t.bundle}
	// Without it a command gets what its init shows, and no more: on a crowded
	// host that is no reason.
	f, ok := hang.Within(fileTimeout*crowd("/proc"), func() (f files) {
		f.config, _ = b.Config() // what cannot be read says nothing,
		f.root, _ = b.Options()  // and names no root
		return f
	})
	t.config, t.unread = f.config, !ok
	return f.root
}

func (t *trace) addRoots(root, named string) {
	if t.ofContainerd() && !t.guess {
		t.findRoots(root, named)
	}
}

// findBundle looks for the bundle where a containerd that listens at a usual
// place keeps it.
func (t *trace) findBundle(root string) {
	for _, state := range bundle.States(root) {
		if sameSocket(state.Address, t.address) {
			t.bundle = bundle.In(state.Dir, t.namespace, t.id).Dir
			t.pidFile = filepath.Join(t.bundle, "init.pid")
		}
	}
}

// findRoots adds where the runtime of a container of containerd keeps its
// state: in the root that its options name or the shim's default one, by
// namespace (containerd: cmd/containerd-shim-runc-v2, RuncRoot).
func (t *trace) findRoots(root, named string) {
	dir := cmp.Or(named, filepath.Join(root, "/run/containerd/runc"))
	if dir = filepath.Join(dir, t.namespace); !slices.Contains(t.roots, dir) {
		t.roots = append([]string{dir}, t.roots...)
	}
}

// labels returns the container's labels by its annotations.
func (t *trace) labels() map[string]string { return bundle.Labels(t.config.Annotations) }

// candidate returns the trace as a container that a reference may mean.
func (t *trace) candidate() candidate {
	labels := t.labels()
	c := candidate{trace: t, created: t.created}
	if c.created.IsZero() {
		c.created = t.config.Written
	}
	// The bundle's spec stands in for the one of the record.
	c.record = containerd.Record{ID: t.id, Namespace: t.namespace, Labels: labels, SpecJSON: t.config.JSON, Created: c.created}
	c.container = Container{
		ID: t.id, Namespace: t.namespace, Labels: labels, Pod: podOf(labels), Runtime: t.runtime, Source: t.from,
		Image: cmp.Or(bundle.Image(t.config.Annotations), t.stored.Image),
	}
	c.container.Name = nameOf(labels, c.container.Pod)
	if c.container.Name == "" {
		c.container.Name = cmp.Or(t.stored.Name, t.name)
	}
	return c
}

// state returns what the runtime has recorded of the container.
func (t *trace) state() (runtimestate.State, error) {
	var first error
	for _, root := range t.roots {
		state, err := runtimestate.Read(root, t.id)
		if err == nil {
			return state, nil
		}
		if first == nil {
			first = err
		}
	}
	return runtimestate.State{}, first
}
