package resolver

import (
	"context"
	"errors"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/resolver/shim"
)

// settle is how long the slower sources have to speak up, once one has named a
// process that was verified.
const settle = 50 * time.Millisecond

// claimTimeout bounds the wait for all sources of a container. A file system
// that hangs never lets its reader go.
const claimTimeout = time.Second

// errSilent says that a source was not waited for any longer.
var errSilent = errors.New("it did not answer in time")

// testimony is what one source said of a container.
type testimony struct {
	source Source
	belief *belief
	err    error
}

// believe asks sources at once for the container's init and returns what the
// first of them, in their order, says that was verified; the caller closes its
// process. Without one the belief is nil. The error is a *DisagreementError.
func (t *trace) believe(ctx context.Context, sources []Source, container Container) (*belief, []Other, error) {
	spec := container.Spec
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	said := make(chan testimony, len(sources))
	for _, source := range sources {
		go func() { said <- t.testify(ctx, source, spec) }()
	}
	all := map[Source]testimony{}
	enough := time.After(claimTimeout)
	settled := false
	for len(all) < len(sources) {
		select {
		case one := <-said:
			all[one.source] = one
			if one.belief != nil && !settled {
				enough, settled = time.After(settle), true
			}
			continue
		case <-enough:
		case <-ctx.Done():
		}
		go drain(said, len(sources)-len(all))
		break
	}
	return choose(sources, all, container)
}

// drain lets go of the processes that were pinned too late.
func drain(said <-chan testimony, n int) {
	for range n {
		if late := <-said; late.belief != nil {
			late.belief.process.Close()
		}
	}
}

// testify asks one source and verifies what it says.
func (t *trace) testify(ctx context.Context, source Source, spec *specs.Spec) testimony {
	c, err := t.claim(ctx, source, spec)
	if err != nil {
		return testimony{source: source, err: err}
	}
	b, err := t.verify(ctx, c, spec)
	return testimony{source: source, belief: b, err: err}
}

// choose takes the belief of the first source, if none contradicts it.
func choose(sources []Source, all map[Source]testimony, container Container) (*belief, []Other, error) {
	var best *belief
	var others []Other
	var differs *DisagreementError
	for _, source := range sources {
		one, ok := all[source]
		switch {
		case !ok:
			others = append(others, newOther(testimony{source: source, err: errSilent}))
		case one.err != nil:
			others = append(others, newOther(one))
		case best == nil:
			best = one.belief
		case one.belief.pid != best.pid:
			differs = &DisagreementError{
				Container: container, PIDs: [2]int{best.pid, one.belief.pid}, Where: [2]string{best.where, one.belief.where},
			}
			one.belief.process.Close()
		default:
			if best.state == "" {
				best.state = one.belief.state
			}
			best.evidence = append(best.evidence, "named by "+one.belief.where+" too")
			one.belief.process.Close()
		}
	}
	if differs != nil {
		best.process.Close()
		return nil, others, differs
	}
	return best, others, nil
}

func newOther(one testimony) Other {
	exited := errors.Is(one.err, errExited)
	var asked *shim.Error
	silent := errors.As(one.err, &asked) && asked.Kind == shim.NoAnswer
	return Other{
		Source: one.source, Reason: one.err.Error(), silent: silent, unheard: errors.Is(one.err, errSilent), exited: exited,
		unsure: one.source == SourceProc && !exited && !errors.Is(one.err, errNoProcess),
		late:   errors.Is(one.err, errNotLooked),
	}
}
