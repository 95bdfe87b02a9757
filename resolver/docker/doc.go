// Package docker reads which names Docker has given to its containers.
// containerd, which runs Docker's containers in its namespace "moby", knows
// them by their IDs only, and no longer knows the stopped ones.
//
// Docker's daemon is asked; when it does not answer, the files that it keeps
// under its data root are read instead. Nothing is ever written.
package docker
