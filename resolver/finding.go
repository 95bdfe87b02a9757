package resolver

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// finding is what a search has found.
type finding struct {
	candidates []candidate
	docker     []docker.Record // that the reference can mean
	dockerFrom string
	daemons    []*containerd.Client // that answered
	asked      []string             // the addresses of those that answered, or cannot
	searched   []string             // who answered, in words
	unanswered []error              // why others did not
	unasked    bool                 // the user does not want containerd to be asked
	survey     *survey              // nil: the files and processes were not looked at
	matches    []candidate          // of the survey, that the reference can mean
	missing    error                // why there may be more of them
}

// unsearched returns why something was not searched that may have more.
func (f *finding) unsearched() []error {
	if f.missing == nil {
		return f.unanswered
	}
	return append(slices.Clone(f.unanswered), f.missing)
}

func (f *finding) add(a answer) {
	f.candidates = append(f.candidates, a.candidates...)
	if len(a.docker) > 0 {
		f.docker, f.dockerFrom = a.docker, a.who
	}
	if a.daemon != nil {
		f.daemons = append(f.daemons, a.daemon)
	}
	if a.who != "" && !slices.Contains(f.searched, a.who) {
		f.searched = append(f.searched, a.who)
	}
	if a.err != nil {
		f.unanswered = append(f.unanswered, a.err)
	}
	if a.address != "" {
		f.asked = append(f.asked, a.address)
	}
}

// top returns how well the best candidate fits.
func (f *finding) top() match {
	top := noMatch
	for _, c := range f.candidates {
		top = max(top, c.match)
	}
	return top
}

// lookUpDocker asks the containerds that answered for the containers that only
// Docker has told of: they do not know what Docker calls them. Those that run are
// looked for everywhere if all namespaces are meant.
func (f *finding) lookUpDocker(ctx context.Context, everywhere bool) {
	for _, record := range f.docker {
		if slices.ContainsFunc(f.candidates, func(c candidate) bool { return c.daemon != nil && c.isOf(record) }) {
			continue
		}
		found := lookUp(ctx, f.daemons, dockerNamespace, record.ID)
		if len(found) == 0 && everywhere && mayRun(record) {
			found = f.lookUpElsewhere(ctx, record)
		}
		f.candidates = append(f.candidates, found...)
	}
}

// joinDocker joins what Docker knows to what the containerds and the survey know
// of the same containers. A container that Docker has stopped has no record in
// containerd.
func (f *finding) joinDocker(ref Reference) {
	for _, record := range f.docker {
		joined := false
		for i := range f.candidates {
			if c := &f.candidates[i]; c.isOf(record) {
				c.addDocker(record)
				c.match = max(c.match, ref.matches(c))
				joined = true
			}
		}
		if joined {
			continue
		}
		same := f.tracesOf(dockerNamespace, record.ID)
		if len(same) == 0 {
			same = []candidate{fromDocker(record, f.dockerFrom)}
			same[0].unanswered, same[0].elsewhere = f.unanswered, f.survey.elsewhere(dockerNamespace, record.ID)
		}
		for _, c := range same {
			c.addDocker(record)
			c.match = ref.matches(&c)
			f.candidates = append(f.candidates, c)
		}
	}
}

// lookUp returns the containers with this ID, of all the daemons.
func lookUp(ctx context.Context, daemons []*containerd.Client, namespace, id string) []candidate {
	var mu sync.Mutex
	var all []candidate
	inParallel(len(daemons), len(daemons), func(i int) {
		record, err := daemons[i].Get(ctx, namespace, id)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, fromRecord(daemons[i], record))
	})
	return all
}

// sort puts the candidates into an order that does not depend on who answered
// first.
func (f *finding) sort(addresses []string) {
	place := func(c candidate) int {
		if c.daemon == nil {
			return len(addresses)
		}
		return slices.Index(addresses, c.daemon.Address())
	}
	slices.SortFunc(f.candidates, func(a, b candidate) int {
		return cmp.Or(place(a)-place(b),
			strings.Compare(a.container.Namespace, b.container.Namespace),
			strings.Compare(a.container.ID, b.container.ID))
	})
	slices.Sort(f.searched)
}
