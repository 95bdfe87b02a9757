package resolver

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sidestep-dev/sidestep/internal/stack"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// answer is what one of those who were searched said.
type answer struct {
	candidates []candidate
	docker     []docker.Record
	daemon     *containerd.Client // that answered; nil if it was not a containerd
	who        string             // who answered; "" if nobody did
	err        error              // why somebody did not
	address    string             // of the containerd that was asked
}

// patience is how long a search goes on for those who have not answered, once
// a containerd knows the reference as a name or an ID. A prefix has to be
// unique among all: for that, a daemon that hangs costs its whole deadline.
const patience = 500 * time.Millisecond

// search asks every containerd at once, and Docker, what the reference can
// mean; and the files and processes of this host where they do not say. The
// error is ctx's, or says that nobody answered and this host shows no container:
// where it shows some, those that the reference does not mean were searched.
func (r *Resolver) search(ctx context.Context, ref Reference, look func() *survey) (finding, error) {
	if t := r.directly(ref); t != nil {
		c := t.candidate()
		c.match = byID
		return finding{candidates: []candidate{c}}, nil
	}
	addresses, noDaemon := r.addresses()
	var asks []ask
	for _, address := range addresses {
		asks = append(asks, func(ctx context.Context) answer { return r.searchDaemon(ctx, address, ref) })
	}
	var docker ask
	source, useful := r.docker()
	useful = useful && ref.searchesDocker()
	if useful && !source.Absent() {
		docker = func(ctx context.Context) answer { return searchDocker(ctx, source, ref) }
	}
	if len(r.onDisk()) == 0 {
		look = nil
	}
	g := gathering{
		ref: ref, question: fmt.Sprintf("container %q", ref), addresses: addresses, look: look, hurry: len(asks) == 0 || r.hurries(),
		later: r.later,
	}
	g.found.unasked = !r.uses(SourceContainerd)
	if useful && !isFullID(ref.name) {
		g.names = func(s *survey) answer { return searchDataRoots(ctx, nil, s, source.DataRoots, ref) }
	}
	if noDaemon != nil {
		g.found.add(answer{err: noDaemon})
	}
	if isFullID(ref.name) {
		// Docker is asked for a full ID only when no containerd has it, which
		// is the case of the containers that Docker has stopped.
		g.gather(ctx, asks, nil)
		if docker != nil && len(g.found.candidates) == 0 && len(g.found.matches) == 0 {
			g.found.add(docker(ctx))
		}
	} else {
		g.gather(ctx, asks, docker)
	}
	found := &g.found
	if useful && len(found.candidates) == 0 && len(found.docker) == 0 {
		found.add(searchDataRoots(ctx, found.daemons, found.survey, source.DataRoots, ref))
	}
	if ctx.Err() != nil {
		return *found, fmt.Errorf("search for container %q: %w", ref, context.Cause(ctx))
	}
	found.lookUpDocker(ctx, r.config.Namespace == "")
	if look != nil && found.survey == nil && found.unexplained() {
		found.addSurvey(look(), ref)
	}
	found.addTraces()
	if len(found.daemons) == 0 && len(found.candidates) == 0 && len(found.docker) == 0 && len(found.unanswered) > 0 && !found.shown() {
		return *found, joinErrors(found.unsearched())
	}
	found.joinDocker(ref)
	found.sort(addresses)
	return *found, nil
}

// ask is a question to one of those who are searched.
type ask func(context.Context) answer

// inBackground asks all at once. The answers come in the order in which they
// are given.
func inBackground(ctx context.Context, asks ...ask) <-chan answer {
	answers := make(chan answer, len(asks))
	for _, ask := range asks {
		if ask != nil {
			go func() {
				stack.Grow()
				answers <- ask(ctx)
			}()
		}
	}
	return answers
}

// searchDaemon asks one containerd in all its namespaces: whether it has a
// container with this very ID, which costs it one look-up, and then for all
// others that the reference can mean.
func (r *Resolver) searchDaemon(ctx context.Context, address string, ref Reference) answer {
	client, err := r.client(ctx, address)
	if err != nil {
		return answer{address: address, err: err}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	opening := r.opening(ctx, client, ref)
	defer opening.close()
	namespaces, err := opening.known(ctx, r)
	if err != nil {
		return answer{address: address, err: err}
	}
	namespaces = slices.DeleteFunc(namespaces, func(name string) bool { return !ref.searches(name) })
	found := answer{address: address, daemon: client, who: fmt.Sprintf("containerd at %s (%s)", address, list("namespace", namespaces))}
	if ref.mayBeID() {
		found.candidates, found.err = withID(ctx, client, namespaces, ref.name, opening.ids)
	}
	if len(found.candidates) == 0 && found.err == nil {
		found.candidates, found.err = r.eachNamespace(ctx, client, namespaces, ref, listMatches)
	}
	if found.err != nil && len(found.candidates) == 0 {
		found.daemon, found.who = nil, ""
	}
	return found
}
