// Package single lets the program run Go on one processor at a time, from its
// beginning. With more of them the scheduler wakes a thread for each goroutine,
// which takes longer than what most of them do in a command that lasts for
// milliseconds. A later change would throw away what the other processor's
// allocator holds by then, which takes 0.3 ms.
//
// Packages are initialised in the order of their paths, each when those that it
// imports are (the Go specification, Package initialization): this one, which
// imports nothing else, before nearly all.
package single

import "runtime"

func init() { runtime.GOMAXPROCS(1) }
