package resolver

import (
	"context"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// usualNamespaces are those of ctr and nerdctl, Docker, and Kubernetes.
var usualNamespaces = []string{"default", dockerNamespace, "k8s.io"}

// said is what getID returned.
type said struct {
	found []candidate
	err   error
}

// usual are questions that were asked already, by namespace.
type usual map[string]<-chan said

// askUsual looks an ID up in the usual namespaces while the daemon is asked which
// it has: that saves a whole answer's time. What is said of one that it does not
// have is that nothing was found.
func (r *Resolver) askUsual(ctx context.Context, client *containerd.Client, ref Reference) usual {
	asked := usual{}
	if r.config.Namespace != "" || !ref.mayBeID() {
		return asked
	}
	for _, name := range usualNamespaces {
		if !ref.searches(name) {
			continue
		}
		answer := make(chan said, 1)
		asked[name] = answer
		go func() {
			found, err := getID(ctx, client, name, ref)
			answer <- said{found, err}
		}()
	}
	return asked
}

// or returns a question that takes the answer to one that was asked, or asks.
func (u usual) or(ask question) question {
	return func(ctx context.Context, client *containerd.Client, namespace string, ref Reference) ([]candidate, error) {
		asked, ok := u[namespace]
		if !ok {
			return ask(ctx, client, namespace, ref)
		}
		select {
		case answer := <-asked:
			return answer.found, answer.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
