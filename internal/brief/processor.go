// Package brief lets the program run Go on one processor at a time, from its
// beginning. With more of them the scheduler wakes a thread for each goroutine,
// which takes longer than what most of them do in a command that lasts for
// milliseconds. A later change would throw away what the other processor's
// allocator holds by then, which takes 0.3 ms.
//
// Packages are initialised in the order of their paths, each when those that it
// imports are (the Go specification, Package initialization): this one, which
// imports nothing else but the growth of the stack, before nearly all.
package brief

import (
	"runtime"

	_ "github.com/sidestep-dev/sidestep/internal/stack" // the main goroutine's, before this
)

func init() { runtime.GOMAXPROCS(1) }
