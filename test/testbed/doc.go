// Package testbed runs real container runtimes for the tests below test/.
//
// A Bed is a private containerd of one Flavour with its own directories and
// sockets, below one temporary directory; containers are made through its ctr,
// or through a Docker daemon that uses it.
//
// The tests need root, and the programs that hack/test installs. Without them
// they fail; they never skip. Run them with
//
//	hack/test                                  # everything
//	go test -p 1 ./test/... -run TestWalk -v   # some, as root
//
// A package that uses the bed has one more test function:
//
//	func TestMain(m *testing.M) { testbed.Main(m) }
//
// Main runs the tests in a process of their own and watches it. All that the
// tests start carries the name of their run ("ss-" and a number): the
// processes in their environment, arguments or cgroup, the mounts and sockets
// in their path, the bridges in their name. So whatever way the tests end, by
// a panic, a time-out or a signal too, what is theirs is found and removed,
// and nothing else. What the tests left behind although they ended by
// themselves is a leak, and fails them.
package testbed
