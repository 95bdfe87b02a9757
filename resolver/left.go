package resolver

import (
	"context"
	"slices"
)

// Left is where a container has left files on this host.
type Left struct {
	Bundle string   // the directory of its config.json; "": not known
	Roots  []string // where its runtime keeps the states of containers, the likeliest first
}

// Left looks for the files of a container, whether or not it runs.
func (r *Resolver) Left(ctx context.Context, c Container) Left {
	for _, t := range r.look(ctx).those(c.Namespace, c.ID) {
		return Left{Bundle: t.bundle, Roots: slices.Clone(t.roots)}
	}
	return Left{}
}
