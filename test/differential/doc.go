// Package differential tests that the process that sidestep starts is the one
// that runc exec would have started.
//
// Containers of a generated matrix run in a private containerd. In each, runc
// and sidestep start the same two commands in the same ways: one that does
// nothing, which the test looks at from the host (all of /proc/PID that is not
// a counter or a number of a process, and what system calls tell by PID), and
// the probe, which says of itself what cannot be seen from outside. What each
// found is a list of fields; those that differ fail the test, but for a short
// list of exceptions, each with its reason, that are checked to be needed.
//
// Three more tests are about what cannot be executed, which of several files
// is, and which containers runc refuses to make.
//
// The referee is the newest runc. What Debian's runc does differently from it
// is printed, and no failure.
package differential
