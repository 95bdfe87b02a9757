// Package health says what the state of a container's chain of programs, files
// and kernel objects means: each link is a Check, and the checks together are a
// Report with a verdict.
//
// It is pure. What is so is found out by its caller (package
// resolver/doctor) and given as plain facts; each function of this package
// takes the facts of one link and says whether it holds, what breaks with it,
// and what to do. Thresholds are constants beside the function that uses them.
package health
