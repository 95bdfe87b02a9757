package bench

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// tool is one of those that are compared.
type tool struct {
	name string
	args []string
}

// result is what the runs of a tool took.
type result struct {
	tool
	wall, cpu []time.Duration
	peak      int // resident, in KiB
	failed    error
}

// contest runs each tool once in each of so many rounds, and returns their results
// in order. One that does not work is left out of the rounds, and says why. The
// order of a round is another one each time: what a tool leaves to its daemon to do
// would else always be done while the same tool is measured.
func contest(b *testing.B, rounds int, tools []tool) []result {
	b.Helper()
	results := make([]result, len(tools))
	for i, t := range tools {
		results[i].tool = t
		for range 2 { // what is done once is not measured
			if _, results[i].failed = run(t.args); results[i].failed != nil {
				b.Logf("%s is left out: %v", t.name, results[i].failed)
				break
			}
		}
		if results[i].failed == nil {
			results[i].peak = peak(b, t.args)
		}
	}
	order := rand.New(rand.NewPCG(0, 0)) // the same in each run
	for range rounds {
		for _, i := range order.Perm(len(results)) {
			r := &results[i]
			if r.failed != nil {
				continue
			}
			s, err := run(r.args)
			if err != nil {
				b.Fatal(err)
			}
			r.wall, r.cpu = append(r.wall, s.wall), append(r.cpu, s.cpu)
		}
	}
	return results
}

// quantile returns the value below which a part of the values is.
func quantile(values []time.Duration, part float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

func median(values []time.Duration) time.Duration { return quantile(values, 0.5) }

// ratio returns how many times the median of b that of a is.
func ratio(a, b []time.Duration) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return float64(median(a)) / float64(median(b))
}
