package containerd

import (
	"encoding/json"
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// spec is the part of an OCI spec that Spec decodes. encoding/json looks at the
// types of all that could be decoded before it begins: with the whole of
// specs.Spec that takes longer than all else that a command does.
type spec struct {
	Version     string            `json:"ociVersion"`
	Process     *specs.Process    `json:"process"`
	Root        *specs.Root       `json:"root"`
	Hostname    string            `json:"hostname"`
	Mounts      []mount           `json:"mounts"`
	Annotations map[string]string `json:"annotations"`
	Linux       *linux            `json:"linux"`
}

type mount struct {
	Destination string   `json:"destination"`
	Type        string   `json:"type"`
	Source      string   `json:"source"`
	Options     []string `json:"options"`
}

type linux struct {
	CgroupsPath  string                   `json:"cgroupsPath"`
	Namespaces   []specs.LinuxNamespace   `json:"namespaces"`
	Personality  *specs.LinuxPersonality  `json:"personality"`
	MemoryPolicy *specs.LinuxMemoryPolicy `json:"memoryPolicy"`
	Seccomp      *seccomp                 `json:"seccomp"`
}

// seccomp says that there is a profile, and what a copy of the filter that was
// made of it does not tell: flags, and who answers for it. The filter itself is
// copied from the container's init, not made again.
type seccomp struct {
	DefaultAction    specs.LinuxSeccompAction `json:"defaultAction"`
	Syscalls         []struct{}               `json:"syscalls"`
	Flags            []specs.LinuxSeccompFlag `json:"flags"`
	ListenerPath     string                   `json:"listenerPath"`
	ListenerMetadata string                   `json:"listenerMetadata"`
}

// Spec decodes what is used of the container's OCI spec: process, root,
// hostname, mounts without their ID maps, annotations, and of linux the cgroup,
// namespaces, personality and memory policy. Of its seccomp profile there are
// default action, flags, listener, and as many rules, which are empty. SpecJSON
// has the rest.
func (r *Record) Spec() (*specs.Spec, error) {
	var s spec
	if err := json.Unmarshal(r.SpecJSON, &s); err != nil {
		return nil, fmt.Errorf("read the spec of container %q: %w", r.ID, err)
	}
	out := &specs.Spec{
		Version: s.Version, Process: s.Process, Root: s.Root, Hostname: s.Hostname, Annotations: s.Annotations,
	}
	for _, m := range s.Mounts {
		out.Mounts = append(out.Mounts, specs.Mount{Destination: m.Destination, Type: m.Type, Source: m.Source, Options: m.Options})
	}
	if l := s.Linux; l != nil {
		out.Linux = &specs.Linux{
			CgroupsPath: l.CgroupsPath, Namespaces: l.Namespaces, Personality: l.Personality, MemoryPolicy: l.MemoryPolicy,
		}
		if l.Seccomp != nil {
			out.Linux.Seccomp = &specs.LinuxSeccomp{
				DefaultAction: l.Seccomp.DefaultAction, Syscalls: make([]specs.LinuxSyscall, len(l.Seccomp.Syscalls)),
				Flags: l.Seccomp.Flags, ListenerPath: l.Seccomp.ListenerPath, ListenerMetadata: l.Seccomp.ListenerMetadata,
			}
		}
	}
	return out, nil
}
