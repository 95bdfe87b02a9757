package resolver

import (
	"context"
	"errors"
	"fmt"
)

// Other is a source that did not name the process of a target.
type Other struct {
	Source Source
	Reason string // why it was not used

	silent  bool // it is the shim, and did not answer
	unheard bool // it was not waited for any longer
	exited  bool // it has named a process that has exited
	unsure  bool // it is /proc, and does not show that there is no process
	late    bool // it is /proc, and there was no time for all of it
}

// DisagreementError says that two sources name different processes, and that both
// look like the container's.
type DisagreementError struct {
	Container Container
	PIDs      [2]int
	Where     [2]string // who named them, in words
}

// Error implements error.
func (e *DisagreementError) Error() string {
	return fmt.Sprintf("two processes look like that of container %s: %d by %s, and %d by %s",
		describe(e.Container), e.PIDs[0], e.Where[0], e.PIDs[1], e.Where[1])
}

// inquiry is believe or recall.
type inquiry func(ctx context.Context, sources []Source, container Container) (*belief, []Other, error)

// fromDisk returns the target that a container's files and processes show.
func (r *Resolver) fromDisk(ctx context.Context, c *candidate, t *trace, inquire inquiry) (*Target, error) {
	described := *c
	if len(c.record.SpecJSON) == 0 { // that of a list has none
		described.daemon, described.record.SpecJSON = nil, t.config.JSON
	}
	container, err := described.withSpec()
	if err != nil {
		return nil, err
	}
	b, others, err := inquire(ctx, r.onDisk(), container)
	if err != nil {
		return nil, err
	}
	if reason := ended(others); b == nil && reason != "" {
		return nil, &StateError{Container: container, State: Stopped, Reason: reason}
	}
	if b == nil {
		unknown := &UnknownStateError{Container: container, Others: others}
		if c.silent != "" {
			unknown.Err = errors.New(c.silent)
		}
		return nil, unknown
	}
	if b.state == Created {
		b.process.Close()
		return nil, &StateError{Container: container, State: Created}
	}
	if b.state != Paused {
		b.state = Running
		frozen, err := b.process.Frozen()
		if frozen {
			b.state = Paused
		} else if err != nil {
			others = append(others, Other{Source: SourceProc, Reason: err.Error()})
		}
	}
	return &Target{
		Container: container, State: b.state, Process: b.process, Source: b.where, Kind: b.source,
		Evidence: b.evidence, Others: others, SpecFrom: described.specFrom(container),
	}, nil
}

// ended says that a source has named a process that has exited, "" if none has
// or if the container may have another one all the same: a file may be damaged.
func ended(others []Other) string {
	reason := ""
	for _, o := range others {
		switch {
		case o.unsure:
			return ""
		case o.exited && reason == "":
			reason = o.Reason
		}
	}
	return reason
}
