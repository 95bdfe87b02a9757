// Package nofile remembers how many files the program might open when it was
// started. Go raises that limit (package syscall) and gives it back only to what its
// own functions start.
package nofile

// Limit is a resource limit, see getrlimit(2).
type Limit struct{ Soft, Hard uint64 }

// started is read before package syscall is initialised: that depends on others,
// and packages without are initialised in the order of their paths (the Go
// specification, Package initialization).
var started = func() (l Limit) { getrlimit(&l); return l }()

// Started returns RLIMIT_NOFILE as the program was started with it, zeros when the
// kernel has not told.
func Started() Limit { return started }

// getrlimit reads RLIMIT_NOFILE of this process.
//
//go:noescape
func getrlimit(l *Limit)
