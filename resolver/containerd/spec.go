package containerd

import (
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/resolver/internal/jsonvalue"
)

// Spec decodes what is used of the container's OCI spec: hostname, annotations,
// mounts without their ID maps, of process all but its terminal, and of linux the
// cgroup, namespaces, personality and memory policy. Of its seccomp profile there
// are default action, flags, listener, and an empty rule if there are rules: the
// filter is copied from the container's init, not made again. SpecJSON has the
// rest.
func (r *Record) Spec() (*specs.Spec, error) {
	spec := &specs.Spec{}
	err := jsonvalue.ReadMembers(r.SpecJSON, func(name string, v jsonvalue.Value) {
		switch name {
		case "ociVersion":
			spec.Version = v.Text()
		case "hostname":
			spec.Hostname = v.Text()
		case "annotations":
			spec.Annotations = v.TextMap()
		case "process":
			spec.Process = process(v)
		case "mounts":
			spec.Mounts = jsonvalue.All(v, mount)
		case "linux":
			spec.Linux = linux(v)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read the spec of container %q: %w", r.ID, err)
	}
	return spec, nil
}

func process(v jsonvalue.Value) *specs.Process {
	p := &specs.Process{}
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "user":
			p.User = user(v)
		case "args":
			p.Args = v.Texts()
		case "env":
			p.Env = v.Texts()
		case "cwd":
			p.Cwd = v.Text()
		case "capabilities":
			p.Capabilities = capabilities(v)
		case "rlimits":
			p.Rlimits = jsonvalue.All(v, rlimit)
		case "noNewPrivileges":
			p.NoNewPrivileges = v.Flag()
		case "apparmorProfile":
			p.ApparmorProfile = v.Text()
		case "selinuxLabel":
			p.SelinuxLabel = v.Text()
		case "oomScoreAdj":
			v.Decode(&p.OOMScoreAdj)
		case "scheduler":
			v.Decode(&p.Scheduler)
		case "ioPriority":
			v.Decode(&p.IOPriority)
		case "execCPUAffinity":
			v.Decode(&p.ExecCPUAffinity)
		}
	})
	return p
}

func user(v jsonvalue.Value) specs.User {
	var u specs.User
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "uid":
			u.UID = v.Uint32()
		case "gid":
			u.GID = v.Uint32()
		case "umask":
			v.Decode(&u.Umask)
		case "additionalGids":
			u.AdditionalGids = jsonvalue.All(v, jsonvalue.Value.Uint32)
		case "username":
			u.Username = v.Text()
		}
	})
	return u
}

func capabilities(v jsonvalue.Value) *specs.LinuxCapabilities {
	c := &specs.LinuxCapabilities{}
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "bounding":
			c.Bounding = v.Texts()
		case "effective":
			c.Effective = v.Texts()
		case "inheritable":
			c.Inheritable = v.Texts()
		case "permitted":
			c.Permitted = v.Texts()
		case "ambient":
			c.Ambient = v.Texts()
		}
	})
	return c
}

func rlimit(v jsonvalue.Value) specs.POSIXRlimit {
	var l specs.POSIXRlimit
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "type":
			l.Type = v.Text()
		case "hard":
			l.Hard = v.Uint64()
		case "soft":
			l.Soft = v.Uint64()
		}
	})
	return l
}

func mount(v jsonvalue.Value) specs.Mount {
	var m specs.Mount
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "destination":
			m.Destination = v.Text()
		case "type":
			m.Type = v.Text()
		case "source":
			m.Source = v.Text()
		case "options":
			m.Options = v.Texts()
		}
	})
	return m
}

func linux(v jsonvalue.Value) *specs.Linux {
	l := &specs.Linux{}
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "cgroupsPath":
			l.CgroupsPath = v.Text()
		case "namespaces":
			l.Namespaces = jsonvalue.All(v, namespace)
		case "personality":
			v.Decode(&l.Personality)
		case "memoryPolicy":
			v.Decode(&l.MemoryPolicy)
		case "seccomp":
			l.Seccomp = seccomp(v)
		}
	})
	return l
}

func namespace(v jsonvalue.Value) specs.LinuxNamespace {
	var n specs.LinuxNamespace
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "type":
			n.Type = specs.LinuxNamespaceType(v.Text())
		case "path":
			n.Path = v.Text()
		}
	})
	return n
}

func seccomp(v jsonvalue.Value) *specs.LinuxSeccomp {
	s := &specs.LinuxSeccomp{}
	v.Members(func(name string, v jsonvalue.Value) {
		switch name {
		case "defaultAction":
			s.DefaultAction = specs.LinuxSeccompAction(v.Text())
		case "flags":
			v.Decode(&s.Flags)
		case "listenerPath":
			s.ListenerPath = v.Text()
		case "listenerMetadata":
			s.ListenerMetadata = v.Text()
		case "syscalls":
			v.Elements(func(jsonvalue.Value) {
				if s.Syscalls == nil { // one stands for all
					s.Syscalls = make([]specs.LinuxSyscall, 1)
				}
			})
		}
	})
	return s
}
