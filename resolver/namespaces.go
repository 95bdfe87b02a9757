package resolver

import (
	"context"
	"sync"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// namespacesAtOnce is how many namespaces of one daemon are asked at the same time.
const namespacesAtOnce = 16

// question is how one namespace of a containerd is searched.
type question func(context.Context, *containerd.Client, string, Reference) ([]candidate, error)

// eachNamespace asks a question in every one of the namespaces.
func (r *Resolver) eachNamespace(ctx context.Context, client *containerd.Client, namespaces []string, ref Reference, ask question) ([]candidate, error) {
	var mu sync.Mutex
	var all []candidate
	var errs []error
	inParallel(len(namespaces), namespacesAtOnce, func(i int) {
		found, err := ask(ctx, client, namespaces[i], ref)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, found...)
		if err != nil {
			errs = append(errs, err)
		}
	})
	if len(errs) == 0 {
		return all, nil
	}
	return all, errs[0] // one daemon fails for one reason
}

// listMatches lists the containers that the reference can mean.
func listMatches(ctx context.Context, client *containerd.Client, namespace string, ref Reference) ([]candidate, error) {
	var found []candidate
	err := client.Each(ctx, namespace, func(record containerd.Record) {
		c := fromRecord(client, record)
		if c.match = ref.matches(&c); c.match != noMatch {
			found = append(found, c)
		}
	}, ref.filters()...)
	return found, err
}
