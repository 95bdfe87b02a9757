package resolver

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
)

// NamespaceError says that nothing was found since no containerd that answered
// has the namespace that was to be searched.
type NamespaceError struct {
	Namespace string
	Known     []string // those that there are, sorted
}

// Error implements error.
func (e *NamespaceError) Error() string {
	const most = 10
	text := fmt.Sprintf("containerd has no namespace %q", e.Namespace)
	switch n := len(e.Known); {
	case n == 0:
		return text + ", nor any other"
	case n > most:
		return fmt.Sprintf("%s: it has %s and %d more", text, strings.Join(e.Known[:most], ", "), n-most)
	}
	return text + ": it has " + strings.Join(e.Known, ", ")
}

// unknownNamespace asks containerds in whose namespace of Config's nothing was
// found whether they have it: containerd itself finds nothing in one that it does
// not have. It is nil when one has it, or when that is not known.
func (r *Resolver) unknownNamespace(ctx context.Context, daemons []*containerd.Client) *NamespaceError {
	if r.config.Namespace == "" || len(daemons) == 0 {
		return nil
	}
	unknown := &NamespaceError{Namespace: r.config.Namespace}
	var mu sync.Mutex
	failed := false
	inParallel(len(daemons), len(daemons), func(i int) {
		names, err := daemons[i].Namespaces(ctx)
		mu.Lock()
		defer mu.Unlock()
		unknown.Known = append(unknown.Known, names...)
		failed = failed || err != nil
	})
	if failed || slices.Contains(unknown.Known, unknown.Namespace) {
		return nil
	}
	slices.Sort(unknown.Known)
	unknown.Known = slices.Compact(unknown.Known)
	return unknown
}
