// Package bench measures sidestep beside its peers: nsenter, runc, ctr of two
// versions of containerd, docker, and crun and podman where they run.
//
// Everything that is compared is run in turn, round by round, on the same
// containers, so that whatever else the machine does is shared. What is told is
// medians, and their ratios within one run. hack/bench installs the peers, runs
// all of it, and writes a table and a plot to results:
//
//	hack/bench          # as root, some minutes
//	hack/bench -quick   # fewer rounds and containers: the development loop
//
// The measurements are benchmarks, so that go test ./... compiles them and runs
// only the tests of the arithmetic.
package bench
