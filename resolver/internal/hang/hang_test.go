package hang

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	if got, ok := Within(time.Minute, func() int { return 7 }); got != 7 || !ok {
		t.Errorf("a look that comes back: %d, %t", got, ok)
	}
	never := make(chan int)
	begin := time.Now()
	if got, ok := Within(60*time.Millisecond, func() int { return <-never }); got != 0 || ok || time.Since(begin) < 60*time.Millisecond {
		t.Errorf("one that does not: %d, %t after %s", got, ok, time.Since(begin))
	}
	close(never)
}

// TestMoves: who moves on is waited for, however long that takes.
func TestMoves(t *testing.T) {
	const deadline = 300 * time.Millisecond
	var count atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 10 {
			time.Sleep(deadline / 3)
			count.Add(1)
		}
	}()
	if !Moves(t.Context(), deadline, done, count.Load) {
		t.Error("what moves was given up")
	}
	never := make(chan struct{})
	begin := time.Now()
	if Moves(t.Context(), deadline, never, count.Load) || time.Since(begin) < deadline {
		t.Errorf("what stands still was waited for %s", time.Since(begin))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if Moves(ctx, time.Hour, never, count.Load) {
		t.Error("the end of ctx is no end of what was waited for")
	}
}

// TestTurns: who does not come to run waits longer, and not for ever.
func TestTurns(t *testing.T) {
	const deadline = 200 * time.Millisecond
	for _, test := range []struct {
		n     int
		since time.Duration
		want  bool
	}{
		{parts - 1, deadline, false}, {parts, deadline, true}, {parts - 1, deadline * 3 / 2, false},
		{least, 3 * deadline, true}, {least - 1, 3 * deadline, false},
	} {
		waited := turns{deadline: deadline, n: test.n, begun: time.Now().Add(-test.since)}
		if got := waited.over(); got != test.want {
			t.Errorf("%d turns in %s: %t", test.n, test.since, got)
		}
	}
}
