// Package procfs finds containers by their processes: the shims of containerd
// and the monitors of Podman and CRI-O, whose arguments and working directory
// say which container they look after and where its files are, and the inits
// that are in a container's cgroup.
//
// One pass over /proc is made, which is bounded in time and in processes. The
// name and the arguments of a process are its own to choose, and the links of a
// container's process mean nothing on the host: so only processes in the
// caller's own PID, mount and user namespaces, and of root or the caller, are
// taken for monitors.
package procfs
