// Package hang tells what hangs from what is only slow: a deadline counts when
// this process had the processor meanwhile. A machine that is busy keeps both
// the one who looks and the one who waits for him from running, and what comes
// late because of that has not hung.
package hang

import (
	"context"
	"time"
)

// A deadline has passed when the one who waits has run as many times as parts
// since it began, or, when he did not come to run, as often as least in most
// times as long.
const (
	parts = 4
	least = 2
	most  = 2
)

// turns counts how often somebody who waits has come to run.
type turns struct {
	deadline time.Duration
	begun    time.Time
	n        int
}

// next begins another turn.
func (t *turns) next() <-chan time.Time {
	if t.n++; t.n == 1 {
		t.begun = time.Now()
	}
	return time.After(t.deadline / parts)
}

// over reports whether the deadline has passed.
func (t *turns) over() bool {
	return t.n >= parts || t.n >= least && time.Since(t.begun) > most*t.deadline
}

// Within looks, and gives up after the deadline: a look that has begun cannot be
// taken back, and is left behind. It reports whether the look came back.
func Within[T any](deadline time.Duration, look func() T) (T, bool) {
	done := make(chan T, 1)
	go func() { done <- look() }()
	for t := (turns{deadline: deadline}); !t.over(); {
		select {
		case value := <-done:
			return value, true
		case <-t.next():
		}
	}
	select {
	case value := <-done:
		return value, true
	default:
		var none T
		return none, false
	}
}

// Moves waits until done is closed and reports whether it was: not when ctx has
// ended, or when what moved counts has not changed for the deadline.
func Moves(ctx context.Context, deadline time.Duration, done <-chan struct{}, moved func() int64) bool {
	last := moved()
	for t := (turns{deadline: deadline}); !t.over(); {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case <-t.next():
		}
		if now := moved(); now != last {
			last, t.n = now, 0
		}
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}
