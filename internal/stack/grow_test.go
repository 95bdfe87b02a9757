package stack_test

import (
	"testing"

	"github.com/sidestep-dev/sidestep/internal/stack"
)

// After Grow, a call that needs much of the stack finds it there.
func TestGrow(t *testing.T) {
	done := make(chan byte)
	go func() {
		stack.Grow()
		done <- deep(64)
	}()
	if got := <-done; got != 64 {
		t.Errorf("%d", got)
	}
}

func deep(depth byte) byte {
	var room [200]byte
	room[depth] = depth
	if depth == 0 {
		return room[0]
	}
	return deep(depth-1) + room[depth] - depth + 1
}
