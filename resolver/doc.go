// Package resolver finds the process of a container.
//
// A Reference is what people call a container by. Resolving one is a story
// with a fixed order:
//
//  1. Search. Every containerd that runs here is asked at once, in all its
//     namespaces, which of its records the reference can mean; Docker is asked
//     for the names that only it knows. One container is left, or the answer is
//     a *NotFoundError or an *AmbiguousError.
//  2. Ask for its task. An answer without a PID, or with an unknown status, is
//     no answer: that is what containerd says for a shim that does not answer.
//  3. Pin the process that was named.
//  4. Verify by what /proc says that this is the container's process.
//  5. Ask again. The PID was a number until it was pinned: only when the same
//     record and the same PID are named after that, or when the process is older
//     than the search and so had its number all the time, the pinned process is
//     the one that was meant from the start.
//
// The package knows what a container runtime is, and not how a container is
// entered. Which daemon and files to ask is said in Config; nothing is written,
// and nothing is kept between two questions but the connections.
package resolver
