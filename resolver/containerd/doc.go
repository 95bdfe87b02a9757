// Package containerd asks one containerd daemon what it knows: which
// namespaces it has, what its records say of a container, and which process a
// container's task has. It speaks gRPC over the daemon's unix socket (containerd
// 1.3 or newer), through a client of its own that starts at once (package
// rpc), and reads of containerd's messages what sidestep uses; tests compare
// that with the code that containerd generates for its services.
//
// It only ever reads. Every question has a deadline of its own, and an error
// tells apart a daemon that is not there, one that the caller may not ask,
// something that is not containerd, and one that does not answer.
package containerd
