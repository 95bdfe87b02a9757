package resolver

import (
	"context"
	"slices"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// labelDockerBundle is on all of Docker's containers in containerd, also on those of
// a dockerd with another --containerd-namespace than "moby".
const labelDockerBundle = "com.docker/engine.bundle.path"

// byDocker reports whether Docker has made the container.
func (c Container) byDocker() bool {
	return c.Namespace == dockerNamespace || c.Labels[labelDockerBundle] != ""
}

// isOf reports whether a record of Docker's is about the candidate.
func (c candidate) isOf(record docker.Record) bool {
	return c.container.ID == record.ID && c.container.byDocker()
}

// lookUpElsewhere looks for a container of Docker's in the namespaces in which
// Docker's usually are not.
func (f *finding) lookUpElsewhere(ctx context.Context, record docker.Record) []candidate {
	var all []candidate
	for _, daemon := range f.daemons {
		namespaces, _ := daemon.Namespaces(ctx) // one that fails now has told of no container either
		for _, namespace := range namespaces {
			if namespace != dockerNamespace {
				all = append(all, lookUp(ctx, []*containerd.Client{daemon}, namespace, record.ID)...)
			}
		}
	}
	return slices.DeleteFunc(all, func(c candidate) bool { return !c.isOf(record) })
}
