package faults

import (
	"slices"
	"testing"
	"time"
)

// The longest that sidestep may take: at all, and where a file names the
// container's process.
const (
	limit      = 2 * time.Second
	quickLimit = 500 * time.Millisecond
	crowdLimit = 1200 * time.Millisecond // for a list of many
)

// A command is repeated for its median while it is quick, and while it took
// longer than it may: the machine may have been busy.
const (
	tries    = 3
	maxTries = 6
	patience = 300 * time.Millisecond
)

// TestFaults injects one fault after the other, in all worlds at the same
// time.
func TestFaults(t *testing.T) {
	table := &table{}
	t.Run("with", func(t *testing.T) {
		for name, begin := range worlds() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := begin(t)
				w.populate(t)
				for _, f := range faults() {
					w.try(t, f, table)
				}
				if w.docker == nil {
					w.try(t, crowdFault(), table)
				}
				table.finished(name)
			})
		}
	})
	table.publish(t)
}

// try breaks something, asks sidestep, then its peers, and repairs it.
func (w *world) try(t *testing.T, f fault, table *table) {
	if f.ofDocker && w.docker == nil {
		return
	}
	tried := false
	t.Run(f.name, func(t *testing.T) {
		tried = true
		began := time.Now()
		f.inject(t, w)
		before := w.settled()
		for _, v := range w.victims {
			for _, q := range v.sidestep(f) {
				verdict, median := q.repeat(t, f, v)
				table.add(f.name, q.column, verdict, median)
			}
		}
		w.expectSame(t, before)
		w.askPeers(f, func(column, verdict string, r reply) {
			table.add(f.name, column, verdict, r.took)
			t.Logf("%s: %s in %v, %q", column, verdict, r.took.Round(time.Millisecond), r.Stderr)
		})
		t.Logf("took %v", time.Since(began).Round(time.Millisecond))
	})
	if tried {
		w.heal(t, f)
	}
}

// repeat asks a question of sidestep several times, checks the answers and
// how long the quickest took, and returns the first verdict that is not what
// is wanted, or that, with the median time.
func (q question) repeat(t *testing.T, f fault, v *victim) (string, time.Duration) {
	t.Helper()
	want, most := f.want(q.column)
	var took []time.Duration
	verdict := want
	var spent time.Duration
	wanted, enough := tries, patience
	if *update {
		wanted, enough = 5*tries, 5*patience
	}
	for len(took) < wanted && spent < enough || len(took) < maxTries && slices.Min(took) > most {
		r := run(q.command(), peerTimeout)
		took, spent = append(took, r.took), spent+r.took
		if verdict = q.judge(r); verdict != want {
			t.Errorf("%s of %s's container: %s, want %s: took %v, exit code %d, stdout %q, stderr %q",
				q.column, v.by, verdict, want, r.took.Round(time.Millisecond), r.Code, r.Stdout, r.Stderr)
			break
		}
	}
	if best := slices.Min(took); verdict == want && best > most {
		t.Errorf("%s of %s's container took at least %v, want at most %v", q.column, v.by, best.Round(time.Millisecond), most)
	}
	slices.Sort(took)
	return verdict, took[len(took)/2]
}

// want returns the verdict that a command of sidestep is to have, and how long
// it may take.
func (f fault) want(column string) (string, time.Duration) {
	most := quickLimit
	if f.slow {
		most = limit
	}
	switch {
	case column == "ps" && f.crowded:
		return works, crowdLimit
	case column == "doctor" && len(f.named) == 0:
		return healthy, most
	case column == "doctor":
		return names, limit // it waits for what does not answer, to say so
	case column == "exec" && f.refused != "", column == "pid" && f.gone:
		return refuses, most
	}
	return works, most
}
