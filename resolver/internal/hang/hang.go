// Package hang tells what hangs from what is only slow: a deadline counts when
// this process had the processor meanwhile. A machine that is busy keeps both
// the one who looks and the one who waits for him from running, and what comes
// late because of that has not hung.
package hang

import (
	"context"
	"time"
)

// parts is how many times the waiting one has to have run before something
// counts as hanging.
const parts = 6

// Within looks, and gives up after the deadline: a look that has begun cannot be
// taken back, and is left behind. It reports whether the look came back.
func Within[T any](deadline time.Duration, look func() T) (T, bool) {
	done := make(chan T, 1)
	go func() { done <- look() }()
	for range parts {
		select {
		case value := <-done:
			return value, true
		case <-time.After(deadline / parts):
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
	for still := 0; still < parts; still++ {
		select {
		case <-done:
			return true
		case <-ctx.Done():
			return false
		case <-time.After(deadline / parts):
		}
		if now := moved(); now != last {
			last, still = now, -1
		}
	}
	select {
	case <-done:
		return true
	default:
		return false
	}
}
