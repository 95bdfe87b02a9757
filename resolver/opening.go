package resolver

import (
	"context"
	"os"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/bundle"
	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// usualNamespaces are those of ctr and nerdctl, Docker, and Kubernetes.
var usualNamespaces = []string{"default", dockerNamespace, "k8s.io"}

// opening is what a containerd is asked first, all at once: which namespaces it
// has, and whether it knows the reference as an ID in one of the usual ones. To
// wait for its namespaces before would take twice as long. What it says of one
// that it does not have is that nothing was found.
type opening struct {
	namespaces *containerd.Answer[[]string] // nil: the user names the namespace
	ids        map[string]lookup            // of the reference, by namespace
}

// open asks what there is to ask first.
func (r *Resolver) open(ctx context.Context, client *containerd.Client, ref Reference) *opening {
	o := &opening{ids: map[string]lookup{}}
	names := []string{r.config.Namespace}
	if r.config.Namespace == "" {
		names = usualNamespaces
		o.namespaces = client.AskNamespaces(ctx)
	}
	if !ref.mayBeID() {
		return o
	}
	runs := r.mayRun(client.Address(), ref.name)
	for _, name := range names {
		if ref.searches(name) {
			o.ids[name] = askID(ctx, client, name, ref.name, runs(name))
		}
	}
	return o
}

// mayRun returns a function that reports whether a containerd has a bundle of this
// ID in a namespace, as far as its usual state directory shows: the task is asked for
// there only, since that question takes longest. Where the state of a containerd is
// not known that may be anywhere.
func (r *Resolver) mayRun(address, id string) func(namespace string) bool {
	states := bundle.States(r.places.root)
	i := slices.IndexFunc(states, func(s bundle.State) bool { return s.Address == address })
	if i < 0 {
		return func(string) bool { return true }
	}
	return func(namespace string) bool {
		_, err := os.Lstat(bundle.In(states[i].Dir, namespace, id).Dir)
		return err == nil
	}
}

// ahead is what was asked before anybody waits for it.
type ahead struct {
	ref      Reference
	begun    uint64              // when, in clock ticks since boot
	openings map[string]*opening // by address
	direct   *trace              // the container, if nobody needs to be asked
	looked   bool                // … and if Target has not taken that
}

// Begin asks the containerds what Target asks them first, and returns at once:
// there is time for something else until they have answered. A Target of the same
// reference is to follow, which meets again whatever fails here.
func (r *Resolver) Begin(ctx context.Context, ref Reference) {
	if _, ok := ref.PID(); ok {
		return
	}
	a := &ahead{ref: ref, openings: map[string]*opening{}}
	var err error
	if a.begun, err = r.now(); err != nil {
		return
	}
	// To ask daemons would keep the processor from who looks here.
	a.direct, a.looked = r.direct(ref), true
	var addresses []string
	if a.direct == nil {
		addresses, _ = r.addresses()
	}
	for _, address := range addresses {
		if client, err := r.client(ctx, address); err == nil {
			a.openings[address] = r.open(ctx, client, ref)
			client.Send(ctx)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ahead = a
}

// begun returns when the search for a reference began: with Begin, or now.
func (r *Resolver) begun(ref Reference) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ahead != nil && r.ahead.ref == ref {
		return r.ahead.begun, nil
	}
	return r.now()
}

// opening returns what Begin has asked a containerd, or asks it. It is closed.
func (r *Resolver) opening(ctx context.Context, client *containerd.Client, ref Reference) *opening {
	r.mu.Lock()
	if a := r.ahead; a != nil && a.ref == ref {
		if o := a.openings[client.Address()]; o != nil {
			delete(a.openings, client.Address())
			r.mu.Unlock()
			return o
		}
	}
	r.mu.Unlock()
	return r.open(ctx, client, ref)
}

// known waits for the namespaces to search.
func (o *opening) known(ctx context.Context, r *Resolver) ([]string, error) {
	if o.namespaces == nil {
		return []string{r.config.Namespace}, nil
	}
	return o.namespaces.Wait(ctx)
}

// close drops what nobody has waited for.
func (o *opening) close() {
	for _, l := range o.ids {
		l.drop()
	}
}
