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
