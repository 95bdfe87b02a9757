package resolver

import (
	"context"
	"slices"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/runtimestate"
)

// listPatience is how long a list waits for daemons whose containers the files
// and processes of this host show, unless the user has said how long.
const listPatience = 400 * time.Millisecond

// listAll collects what all know. noDaemon says why there is no containerd.
func (r *Resolver) listAll(ctx context.Context, asks []ask, addresses []string, noDaemon error, look func() *survey) finding {
	g := gathering{addresses: addresses, question: "its containers"}
	if noDaemon != nil {
		g.found.add(answer{err: noDaemon})
	}
	begun := time.Now()
	answers := inBackground(ctx, asks...)
	var hedge, enough <-chan time.Time
	if len(r.onDisk()) > 0 {
		hedge = time.After(hedgeAfter)
		if !r.patient {
			enough = time.After(listPatience)
		}
	}
	for waiting := len(asks); waiting > 0; {
		select {
		case a := <-answers:
			waiting--
			g.found.add(a)
		case <-hedge:
			go func() { look().certain() }() // now: after the wait there may be no time left to read their bundles
		case <-enough:
			if g.found.shownOnly(look()) {
				g.giveUp(time.Since(begun))
				waiting = 0
			}
		case <-ctx.Done():
			g.giveUp(time.Since(begun))
			waiting = 0
		}
	}
	found := &g.found
	if len(r.onDisk()) > 0 && (len(found.unanswered) > 0 || len(addresses) == 0 || r.hasOthers()) {
		found.survey = look()
		var shown []candidate
		for _, t := range found.survey.certain() {
			c := t.candidate()
			if t.ofContainerd() && found.answered(t.address) || found.has(c.container) {
				continue
			}
			c.dataRoot = dataRootOf(c.record)
			shown = append(shown, c)
		}
		found.candidates = append(found.candidates, shown...)
		if err := found.survey.missing(); err != nil {
			found.unanswered = append(found.unanswered, err)
		}
	}
	return *found
}

// shownOnly reports whether the survey shows containers of a containerd that has
// not answered.
func (f *finding) shownOnly(s *survey) bool {
	return slices.ContainsFunc(s.sure(), func(t *trace) bool { return t.ofContainerd() && !f.answered(t.address) })
}

// hasOthers reports whether there may be containers of no containerd: a runtime
// that somebody else has called keeps states here.
func (r *Resolver) hasOthers() bool {
	if len(r.config.RuntimeRoots) > 0 {
		return true
	}
	for _, root := range runtimestate.Roots(r.places.root) {
		if root.Namespace == "" {
			if ids, _ := runtimestate.List(root.Dir); len(ids) > 0 {
				return true
			}
		}
	}
	return false
}
