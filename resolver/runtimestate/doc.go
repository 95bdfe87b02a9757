// Package runtimestate reads what an OCI runtime, runc or crun, keeps of the
// containers that it has started: a directory for each, with the PID of its
// init and when that process started, so that a PID that the kernel has used
// again is told from the container's.
//
// It only reads, and only what root has written.
package runtimestate
