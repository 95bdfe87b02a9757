// Package shim asks a containerd shim which process a container's task has,
// over the shim's own socket and so without containerd.
//
// The shim writes where it listens into the bundle of its container, the state
// directory that containerd made (containerd: core/runtime/v2/README.md). It
// speaks ttrpc: messages with a header of ten bytes around the encoding of
// protocol buffers (github.com/containerd/ttrpc: PROTOCOL.md). The task service
// that it offers is containerd.task.v2 before containerd 2.0 and
// containerd.task.v3 since; both are known here, and both answer State alike.
//
// One question on one connection needs little of ttrpc's client and of the
// generated stubs, which would take a program that is started for it longer to
// initialise than the shim takes to answer. Nothing but State is ever asked.
package shim
