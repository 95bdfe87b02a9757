package resolver

import (
	"fmt"
	"slices"
	"time"
)

// all returns all containers, with what could be read in time.
func (s *survey) all() []*trace {
	s.read(s.traces)
	return s.traces
}

// read reads the bundles of many containers, as far as there is time for it.
func (s *survey) read(traces []*trace) {
	inParallel(len(traces), filesAtOnce, func(i int) {
		if s.until.IsZero() || time.Now().Before(s.until) {
			traces[i].read(s.root)
		} else {
			traces[i].skip(s.root)
		}
	})
}

// missing says what may be missing in what all returns; nil: nothing.
func (s *survey) missing() error {
	if s.late {
		return ErrLate
	}
	n := 0
	for _, t := range s.all() {
		if t.unread {
			n++
		}
	}
	switch {
	case n > 0 && time.Now().After(s.until):
		return ErrLate
	case n > 0:
		return fmt.Errorf("the bundles of %s could not be read in time", count(n, "container"))
	}
	return nil
}

// sure returns what is a container beyond doubt. Its bundle was not read.
func (s *survey) sure() []*trace {
	return slices.DeleteFunc(slices.Clone(s.traces), func(t *trace) bool { return t.guess })
}

// certain returns what is a container beyond doubt.
func (s *survey) certain() []*trace {
	traces := s.sure()
	s.read(traces)
	return traces
}

// in returns the containers of a containerd namespace.
func (s *survey) in(namespace string) []*trace {
	traces := slices.DeleteFunc(slices.Clone(s.traces), func(t *trace) bool { return t.namespace != namespace })
	s.read(traces)
	return traces
}

// only returns the containers that are wanted: few, so that each is read.
func (s *survey) only(wanted func(*trace) bool) []*trace {
	var traces []*trace
	for _, t := range s.traces {
		if wanted(t) {
			t.read(s.root)
			traces = append(traces, t)
		}
	}
	return traces
}

// those returns the containers with an ID in a namespace: each containerd may
// have one.
func (s *survey) those(namespace, id string) []*trace {
	return s.only(func(t *trace) bool { return t.id == id && t.namespace == namespace })
}

// find returns the trace of a container that a containerd knows, or nil.
func (s *survey) find(address, namespace, id string) *trace {
	var other *trace // of which it is not known whose it is
	for _, t := range s.those(namespace, id) {
		switch {
		case t.address == "":
			other = t
		case sameSocket(t.address, address):
			return t
		}
	}
	return other
}
