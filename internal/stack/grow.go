// Package stack spares goroutines the growth of their stacks.
package stack

// The main goroutine grows before the packages are initialised, each of which
// could make it grow by a step.
func init() { Grow() }

// Grow gives the goroutine at once the stack that entering a container needs, of
// 32 KiB. It would grow step by step otherwise, with a copy of it at each, and Go
// would touch all of the memory from which it takes stacks of each smaller size.
// It is an empty function with a large frame: one in Go would fill it with zeros.
func Grow()
