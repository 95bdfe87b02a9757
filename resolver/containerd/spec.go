package containerd

import (
	"fmt"

	"github.com/opencontainers/runtime-spec/specs-go"
	"github.com/valyala/fastjson"
)

// Spec decodes what is used of the container's OCI spec: hostname, annotations,
// mounts without their ID maps, of process all but its terminal, and of linux the
// cgroup, namespaces, personality and memory policy. Of its seccomp profile there
// are default action, flags, listener, and as many rules, which are empty: the
// filter is copied from the container's init, not made again. SpecJSON has the
// rest.
//
// encoding/json looks at the types of all that could be decoded before it begins,
// and at how they would be encoded: for one spec that takes longer than to find
// the container. It decodes what few containers have.
func (r *Record) Spec() (*specs.Spec, error) {
	root, err := fastjson.ParseBytes(r.SpecJSON)
	if err != nil {
		return nil, fmt.Errorf("read the spec of container %q: %w", r.ID, err)
	}
	d := &decoder{}
	top := d.object(root, "the spec")
	spec := &specs.Spec{
		Version: top.text("ociVersion"), Hostname: top.text("hostname"), Annotations: top.textMap("annotations"),
	}
	if process, ok := top.member("process"); ok {
		spec.Process = process.process()
	}
	for _, m := range top.members("mounts") {
		spec.Mounts = append(spec.Mounts, specs.Mount{
			Destination: m.text("destination"), Type: m.text("type"), Source: m.text("source"), Options: m.texts("options"),
		})
	}
	if linux, ok := top.member("linux"); ok {
		spec.Linux = linux.linux()
	}
	if d.err != nil {
		return nil, fmt.Errorf("read the spec of container %q: %w", r.ID, d.err)
	}
	return spec, nil
}

func (o object) process() *specs.Process {
	p := &specs.Process{
		Args: o.texts("args"), Env: o.texts("env"), Cwd: o.text("cwd"), NoNewPrivileges: o.flag("noNewPrivileges"),
		ApparmorProfile: o.text("apparmorProfile"), SelinuxLabel: o.text("selinuxLabel"),
	}
	if user, ok := o.member("user"); ok {
		p.User = user.user()
	}
	if caps, ok := o.member("capabilities"); ok {
		p.Capabilities = &specs.LinuxCapabilities{
			Bounding: caps.texts("bounding"), Effective: caps.texts("effective"), Inheritable: caps.texts("inheritable"),
			Permitted: caps.texts("permitted"), Ambient: caps.texts("ambient"),
		}
	}
	for _, l := range o.members("rlimits") {
		p.Rlimits = append(p.Rlimits, specs.POSIXRlimit{Type: l.text("type"), Hard: l.number("hard"), Soft: l.number("soft")})
	}
	o.rare("oomScoreAdj", &p.OOMScoreAdj)
	o.rare("scheduler", &p.Scheduler)
	o.rare("ioPriority", &p.IOPriority)
	o.rare("execCPUAffinity", &p.ExecCPUAffinity)
	return p
}

func (o object) user() specs.User {
	u := specs.User{UID: o.id("uid"), GID: o.id("gid"), AdditionalGids: o.ids("additionalGids"), Username: o.text("username")}
	o.rare("umask", &u.Umask)
	return u
}

func (o object) linux() *specs.Linux {
	l := &specs.Linux{CgroupsPath: o.text("cgroupsPath")}
	for _, n := range o.members("namespaces") {
		l.Namespaces = append(l.Namespaces, specs.LinuxNamespace{Type: specs.LinuxNamespaceType(n.text("type")), Path: n.text("path")})
	}
	o.rare("personality", &l.Personality)
	o.rare("memoryPolicy", &l.MemoryPolicy)
	if profile, ok := o.member("seccomp"); ok {
		l.Seccomp = &specs.LinuxSeccomp{
			DefaultAction: specs.LinuxSeccompAction(profile.text("defaultAction")), Syscalls: make([]specs.LinuxSyscall, len(profile.values("syscalls"))),
			ListenerPath: profile.text("listenerPath"), ListenerMetadata: profile.text("listenerMetadata"),
		}
		profile.rare("flags", &l.Seccomp.Flags)
	}
	return l
}
