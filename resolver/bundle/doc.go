// Package bundle reads OCI bundles: the directories that containerd, Docker,
// Podman and CRI-O make for their containers. A bundle holds the container's
// spec, config.json, and what those who look after the container keep beside
// it: the PID of its init, the shim's socket, the options of the runtime. It
// is there for as long as the container runs, whether or not its daemon does.
//
// It only reads, and only what root has written.
package bundle
