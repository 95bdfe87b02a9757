package resolver

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// addSurvey adds what the files and processes of this host show.
func (f *finding) addSurvey(s *survey, ref Reference) {
	f.survey = s
	for _, t := range s.meant(ref) {
		c := t.candidate()
		if c.match = ref.matches(&c); c.match != noMatch && (!t.guess || c.match == byID) {
			f.matches = append(f.matches, c)
		}
	}
	if n := len(s.sure()); n > 0 {
		f.searched = append(f.searched, fmt.Sprintf("the files and processes of %s on this host", count(n, "container")))
	}
	if len(f.matches) == 0 {
		f.missing = s.missing()
	}
}

// meant returns the containers that may be meant. Where one has this very ID,
// what the others are called does not matter.
func (s *survey) meant(ref Reference) []*trace {
	if ref.mayBeID() {
		exact := s.only(func(t *trace) bool { return t.id == ref.name && ref.searches(t.namespace) })
		if len(exact) > 0 {
			return exact
		}
	}
	return s.all()
}

// onDisk reports whether the files and processes of this host show what the
// reference can mean.
func (f *finding) onDisk() bool {
	if f.survey == nil {
		return false
	}
	for _, record := range f.docker {
		if len(f.tracesOf(dockerNamespace, record.ID)) > 0 {
			return true
		}
	}
	return len(f.matches) > 0
}

// shown reports whether the files and processes of this host show any container.
func (f *finding) shown() bool { return f.survey != nil && len(f.survey.sure()) > 0 }

// unexplained reports whether no daemon has told of a container that may run.
func (f *finding) unexplained() bool {
	if len(f.candidates) > 0 {
		return false
	}
	return len(f.docker) == 0 || slices.ContainsFunc(f.docker, mayRun)
}

// tracesOf returns the traces of one container.
func (f *finding) tracesOf(namespace, id string) []candidate {
	if f.survey == nil {
		return nil
	}
	var all []candidate
	for _, t := range f.survey.those(namespace, id) {
		c := t.candidate()
		c.silent = f.silent(t)
		all = append(all, c)
	}
	return all
}

// addTraces adds the containers that the survey shows and that no daemon has
// told of: when daemons have told of some, those of the others only.
func (f *finding) addTraces() {
	told := len(f.candidates) > 0
	for _, c := range f.matches {
		if told && (!c.trace.ofContainerd() || f.answered(c.trace.address) || f.has(c.container)) {
			continue
		}
		c.silent = f.silent(c.trace)
		f.candidates = append(f.candidates, c)
	}
}

// answered reports whether the containerd at an address has answered.
func (f *finding) answered(address string) bool {
	for _, daemon := range f.daemons {
		if sameSocket(daemon.Address(), address) {
			return true
		}
	}
	return false
}

// has reports whether a daemon has told of a container.
func (f *finding) has(c Container) bool {
	for _, known := range f.candidates {
		if known.daemon != nil && known.container.ID == c.ID && known.container.Namespace == c.Namespace {
			return true
		}
	}
	return false
}

// silent says why the containerd of a container did not tell of it; "" when it
// has none, or was not to be asked.
func (f *finding) silent(t *trace) string {
	if !t.ofContainerd() || f.unasked {
		return ""
	}
	if f.answered(t.address) {
		return fmt.Sprintf("containerd at %s has no record of it", t.address)
	}
	var reasons []error
	for _, err := range f.unanswered {
		var connect *ConnectError
		if !errors.As(err, &connect) {
			continue
		}
		reasons = append(reasons, errors.New(silence(connect)))
		if sameSocket(connect.Address, t.address) {
			return silence(connect)
		}
	}
	if t.address != "" {
		return unaskedDaemon(t.address)
	}
	if len(reasons) == 0 {
		return "no containerd has a record of it"
	}
	return joinErrors(reasons).Error()
}

// unaskedDaemon says why a containerd was not asked that a container names: those
// in the usual places are, if they are there.
func unaskedDaemon(address string) string {
	if slices.Contains(knownSockets, address) {
		return fmt.Sprintf("containerd at %s was not asked: there is no such socket", address)
	}
	return fmt.Sprintf("containerd at %s was not asked (it is in no usual place; -a %s asks it)", address, address)
}

// silence says in few words why a containerd could not be asked.
func silence(e *ConnectError) string {
	if e.Kind == NoAnswer && e.After > 0 {
		return fmt.Sprintf("containerd at %s did not answer in %s", e.Address, Rounded(e.After, 10*time.Millisecond))
	}
	return e.Error()
}

// dataRoots returns the data roots of Docker that its containers show.
func (s *survey) dataRoots() []string {
	if s == nil {
		return nil
	}
	var roots []string
	for _, t := range s.in(dockerNamespace) {
		c := t.candidate()
		roots = append(roots, dataRootOf(c.record))
	}
	return roots
}
