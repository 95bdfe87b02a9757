package resolver

import (
	"cmp"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
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
	configErr     error // why the config is not known
	created       time.Time
	from          string // what it was found by, in words
	monitor       int    // the PID of its shim or conmon; 0: none
	own           bool   // it is in a runtime's directory that the user named
	scan          *procfs.Scan
}

// ofContainerd reports whether a containerd has made the container.
func (t *trace) ofContainerd() bool { return t.namespace != "" }

// read reads the spec of the container.
func (t *trace) read() {
	if t.bundle == "" {
		return
	}
	t.config, t.configErr = bundle.Bundle{Dir: t.bundle}.Config()
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
