package resolver

import (
	"context"
)

// statesAtOnce is how many containers' tasks are asked for at the same time.
const statesAtOnce = 64

// resolve returns the one container that the reference means. The error is a
// *NotFoundError, an *AmbiguousError or a *ConnectError, or wraps ctx's.
func (r *Resolver) resolve(ctx context.Context, ref Reference, look func() *survey) (candidate, error) {
	found, err := r.search(ctx, ref, look)
	if err != nil {
		return candidate{}, err
	}
	candidates, defaults := withoutSandboxes(ref, found.candidates)
	candidates = best(ref.name, candidates)
	if len(candidates) == 0 {
		none := &NotFoundError{Reference: ref, Searched: found.searched, Unanswered: found.unsearched()}
		if len(none.Unanswered) == 0 { // else one of them may have it
			none.Namespace = r.unknownNamespace(ctx, found.daemons)
		}
		return candidate{}, none
	}
	// IDs and their prefixes have to be unique among all records; of several
	// containers with one name, those that have ended are not meant.
	if len(candidates) > 1 && allNamed(candidates) {
		candidates = r.chooseLive(ctx, ref, candidates, defaults, look)
	}
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	ambiguous := &AmbiguousError{Reference: ref}
	for _, c := range candidates {
		ambiguous.Candidates = append(ambiguous.Candidates, c.container)
	}
	return candidate{}, ambiguous
}

// withoutSandboxes takes out the sandboxes that were found by their pod, and
// returns what each says of its pod's default container.
func withoutSandboxes(ref Reference, all []candidate) ([]candidate, map[podKey]string) {
	if ref.kind != inPod {
		return all, nil
	}
	var kept []candidate
	defaults := map[podKey]string{}
	for _, c := range all {
		if !isSandbox(c.container.Labels) {
			kept = append(kept, c)
			continue
		}
		if name := defaultContainer(&c.record); name != "" {
			defaults[c.pod()] = name
		}
	}
	return kept, defaults
}

func allNamed(candidates []candidate) bool {
	for _, c := range candidates {
		if c.match != byName {
			return false
		}
	}
	return true
}

// chooseLive asks for the state of each candidate and chooses by it.
func (r *Resolver) chooseLive(ctx context.Context, ref Reference, candidates []candidate, defaults map[podKey]string, look func() *survey) []candidate {
	all := make([]known, len(candidates))
	inParallel(len(candidates), statesAtOnce, func(i int) {
		said := r.stateSoon(ctx, &candidates[i], look)
		all[i] = known{candidate: candidates[i], state: said.state}
	})
	if ref.kind == inPod && ref.container == "" {
		all = choosePod(all, defaults)
	} else {
		all = chooseNamed(all)
	}
	chosen := make([]candidate, len(all))
	for i, k := range all {
		chosen[i] = k.candidate
	}
	return chosen
}
