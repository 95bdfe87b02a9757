package resolver

import (
	"context"
	"errors"

	"github.com/sidestep-dev/sidestep/resolver/docker"
)

// searchDocker asks Docker which of its containers the reference can mean.
func searchDocker(ctx context.Context, source docker.Source, ref Reference) answer {
	records, from, err := source.Records(ctx)
	if errors.Is(err, docker.ErrAbsent) {
		return answer{}
	}
	if err != nil {
		return answer{err: err}
	}
	found := answer{who: from}
	for _, record := range records {
		c := fromDocker(record, from)
		if ref.matches(&c) != noMatch {
			found.docker = append(found.docker, record)
		}
	}
	return found
}

// nameByDocker returns a container of Docker's with what only Docker knows of it,
// such as its name. The files that Docker has mounted into the container tell
// where Docker keeps its own, which need no daemon.
func (r *Resolver) nameByDocker(ctx context.Context, container Container) Container {
	source, useful := r.docker()
	if !useful || !container.byDocker() || container.Name != "" {
		return container
	}
	sources := []docker.Source{source}
	if root := dataRootIn(container.Spec, container.ID); root != "" {
		sources = []docker.Source{{DataRoots: []string{root}}, source}
	}
	for _, source := range sources {
		for _, record := range listDocker(ctx, source).docker {
			if record.ID == container.ID {
				named := candidate{container: container}
				named.addDocker(record)
				return named.container
			}
		}
	}
	return container
}

// dockerState returns what Docker says of the state of one of its containers.
func dockerState(record *docker.Record) State {
	switch record.State {
	case "created":
		return Created
	case "running":
		return Running
	case "paused":
		return Paused
	}
	return Stopped // restarting, removing, exited or dead
}

// mayRun reports whether the container has processes, by what Docker says.
func mayRun(record docker.Record) bool {
	state := dockerState(&record)
	return state == Running || state == Paused
}
