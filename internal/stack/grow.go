// Package stack spares goroutines the growth of their stacks.
package stack

import "runtime"

// Grow gives the goroutine at once the stack that entering a container needs, of
// 32 KiB. It would grow step by step otherwise, with a copy of it at each, and Go
// would touch all of the memory from which it takes stacks of each smaller size.
//
//go:noinline
func Grow() {
	var room [24 << 10]byte
	runtime.KeepAlive(&room[len(room)-1])
}
