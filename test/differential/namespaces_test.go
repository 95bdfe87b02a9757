package differential

import (
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// hostOrShared are the variants of a kind of namespace: the host's and the
// neighbour's.
func hostOrShared(what string, kind specs.LinuxNamespaceType, file string) []variant {
	// A user namespace may mount only the proc and the sysfs of its own ones.
	mounts := kind == specs.PIDNamespace || kind == specs.NetworkNamespace
	return []variant{
		{what: "host " + what, host: mounts, spec: func(s *specs.Spec, _ *world) {
			testbed.WithoutNamespace(s, kind)
			adapt(s, kind)
		}},
		{what: "shared " + what, host: mounts, spec: func(s *specs.Spec, w *world) {
			testbed.WithoutNamespace(s, kind)
			s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: kind, Path: w.neighbour.Proc("ns/" + file)})
			adapt(s, kind)
		}},
	}
}

// adapt takes out of the spec what a namespace that is not the container's
// does not allow.
func adapt(s *specs.Spec, kind specs.LinuxNamespaceType) {
	if kind == specs.UTSNamespace {
		s.Hostname = ""
	}
}

func pidNamespaces() []variant { return hostOrShared("pid", specs.PIDNamespace, "pid") }
func netNamespaces() []variant { return hostOrShared("net", specs.NetworkNamespace, "net") }
func ipcNamespaces() []variant { return hostOrShared("ipc", specs.IPCNamespace, "ipc") }
func utsNamespaces() []variant { return hostOrShared("uts", specs.UTSNamespace, "uts") }

func cgroupNamespaces() []variant {
	add := func(what string, n specs.LinuxNamespace) variant {
		return variant{what: what, spec: func(s *specs.Spec, w *world) {
			if n.Path != "" {
				n.Path = w.neighbour.Proc(n.Path)
			}
			s.Linux.Namespaces = append(s.Linux.Namespaces, n)
		}}
	}
	return []variant{
		add("own cgroup namespace", specs.LinuxNamespace{Type: specs.CgroupNamespace}),
		add("shared cgroup namespace", specs.LinuxNamespace{Type: specs.CgroupNamespace, Path: "ns/cgroup"}),
	}
}

func timeNamespaces() []variant {
	return []variant{{what: "own time namespace", spec: func(s *specs.Spec, _ *world) {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.TimeNamespace})
		s.Linux.TimeOffsets = map[string]specs.LinuxTimeOffset{"monotonic": {Secs: 1000}, "boottime": {Secs: 2000, Nanosecs: 5}}
	}}}
}

// userNamespaces are those that runc makes: with a mapping of user 0.
func userNamespaces() []variant {
	mapping := func(what string, uids, gids []specs.LinuxIDMapping) variant {
		return variant{what: what, shifted: true, spec: func(s *specs.Spec, _ *world) {
			s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
			s.Linux.UIDMappings, s.Linux.GIDMappings = uids, gids
		}}
	}
	whole := []specs.LinuxIDMapping{{HostID: shift, Size: 65536}}
	parts := []specs.LinuxIDMapping{{HostID: shift, Size: 11}, {ContainerID: 20, HostID: shift + 20, Size: 30}, {ContainerID: 1000, HostID: 300000, Size: 5000}}
	user := mapping("user namespace and a user", whole, whole)
	own := user.spec
	user.spec = func(s *specs.Spec, w *world) {
		own(s, w)
		s.Process.User = specs.User{UID: 1000, GID: 1000, AdditionalGids: []uint32{10}}
		s.Process.Capabilities = &specs.LinuxCapabilities{}
	}
	return []variant{mapping("user namespace", whole, whole), mapping("user namespace in parts", parts, parts), user}
}
