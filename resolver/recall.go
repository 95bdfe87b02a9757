package resolver

import (
	"context"
	"slices"
	"time"
)

// How long a list waits for all sources of one container, and for one of them
// before it asks the next.
const (
	recallTimeout = 600 * time.Millisecond
	recallSoon    = 100 * time.Millisecond
)

// recall asks sources one after the other, and returns what the first says that
// was verified. It is for lists, of many containers at once: the next one is asked
// when one does not know, or does not answer soon. The shim is left out, unless
// nobody else is to be asked.
func (t *trace) recall(ctx context.Context, sources []Source, container Container) (*belief, []Other, error) {
	if others := slices.DeleteFunc(slices.Clone(sources), func(s Source) bool { return s == SourceShim }); len(others) > 0 {
		sources = others
	}
	said := make(chan testimony, len(sources))
	all := map[Source]testimony{}
	enough, asked := time.After(recallTimeout), 0
	for len(all) < len(sources) && ctx.Err() == nil {
		var soon <-chan time.Time
		if asked < len(sources) {
			source := sources[asked]
			go func() { said <- t.testify(ctx, source, container.Spec) }()
			asked++
			soon = time.After(recallSoon)
		}
		select {
		case one := <-said:
			all[one.source] = one
			if one.belief != nil {
				go drain(said, asked-len(all))
				return one.belief, unbelieved(sources[:asked], all), nil
			}
			continue
		case <-soon:
			continue
		case <-enough:
		case <-ctx.Done():
		}
		break
	}
	go drain(said, asked-len(all))
	return nil, unbelieved(sources, all), nil
}

// unbelieved says why sources have named no process.
func unbelieved(sources []Source, all map[Source]testimony) []Other {
	var others []Other
	for _, source := range sources {
		one, ok := all[source]
		if !ok {
			one = testimony{source: source, err: errSilent}
		}
		if one.belief == nil {
			others = append(others, newOther(one))
		}
	}
	return others
}
