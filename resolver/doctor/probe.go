package doctor

import (
	"slices"
	"sync"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/health"
)

// probe is a look at one link of the chain, or at some that lead to each other.
type probe struct {
	id       string        // of the check that says that the look did not come back
	deadline time.Duration // until then
	breaks   []health.Use
	look     func() seen
}

// seen is what a look has seen.
type seen struct {
	checks []health.Check
	names  []health.Naming // which process the container is, by those who were asked
	late   bool            // the way in is open although the container has as many processes as it may
}

// checks makes what was seen of checks alone.
func checks(all ...health.Check) seen { return seen{checks: all} }

// slack is how much longer than its own deadlines a look may take: what it asks
// is answered in time, or it hangs in the kernel.
const slack = 150 * time.Millisecond

// named adds which process somebody names, unless it is none.
func (s seen) named(who string, pid int) seen {
	if pid > 0 {
		s.names = append(s.names, health.Naming{Who: who, PID: pid})
	}
	return s
}

// run makes all looks at the same time and returns what they have seen in the
// order of the probes.
func run(probes ...probe) seen {
	results := make([]seen, len(probes))
	var all sync.WaitGroup
	for i, p := range probes {
		all.Go(func() {
			s, ok := within(p.deadline+slack, p.look)
			if !ok {
				s = checks(health.Check{
					ID: p.id, Status: health.Fail, Took: p.deadline, Breaks: p.breaks, Evidence: "could not be looked at in " + p.deadline.Round(10*time.Millisecond).String(),
					Advice: "the kernel does not come back from it: see dmesg for hung tasks",
					Fatal:  slices.Contains(p.breaks, health.Enter),
				})
			}
			results[i] = s
		})
	}
	all.Wait()
	var together seen
	for _, r := range results {
		together.checks = append(together.checks, r.checks...)
		together.names = append(together.names, r.names...)
		together.late = together.late || r.late
	}
	return together
}

// within looks, and gives up after the deadline: a look that has begun cannot
// be taken back, and ends with the program.
func within[T any](deadline time.Duration, look func() T) (T, bool) {
	done := make(chan T, 1)
	go func() { done <- look() }()
	timer := time.NewTimer(deadline)
	defer timer.Stop()
	select {
	case value := <-done:
		return value, true
	case <-timer.C:
		var none T
		return none, false
	}
}
