package plan

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// basis is what the container's processes are by default: what its record
// says or, without one, what its init shows.
type basis struct {
	process *specs.Process
	caps    proc.Capabilities
	labels  Labels
	profile *bool // whether the spec has a seccomp profile; nil without a spec
}

func newBasis(f Facts, spec *specs.Spec) basis {
	if spec != nil && spec.Process != nil {
		profile := spec.Linux != nil && spec.Linux.Seccomp != nil &&
			(spec.Linux.Seccomp.DefaultAction != "" || len(spec.Linux.Seccomp.Syscalls) > 0)
		return basis{
			profile: &profile,
			process: spec.Process, caps: specCapabilities(f, spec.Process.Capabilities),
			labels: Labels{AppArmor: spec.Process.ApparmorProfile, SELinux: spec.Process.SelinuxLabel},
		}
	}
	return basis{process: initProcess(f), caps: f.Status.Caps, labels: f.Labels}
}

// nobody is no ID: an init that is none of its namespace's users is not to be
// taken for the one of the same number. identity refuses it.
const nobody = 1<<32 - 1

// ownUsers reports whether the container has a user namespace of its own, to
// whose IDs the maps lead. The map of a shared one leads to its parent's.
func (f Facts) ownUsers() bool { return f.Target[proc.User] != f.Caller[proc.User] }

// initProcess describes init as it shows itself. All of it but the
// environment is the kernel's word.
func initProcess(f Facts) *specs.Process {
	inside := func(m proc.IDMap, id uint32) uint32 {
		if !f.ownUsers() {
			return id
		}
		if in, ok := m.Inside(id); ok {
			return in
		}
		return nobody
	}
	user := specs.User{UID: inside(f.UIDs, f.Status.UID[1]), GID: inside(f.GIDs, f.Status.GID[1])}
	for _, g := range f.Status.Groups {
		if in := inside(f.GIDs, g); in != nobody { // another one cannot be set there
			user.AdditionalGids = append(user.AdditionalGids, in)
		}
	}
	return &specs.Process{
		User: user, Env: slices.Clone(f.Environ), Cwd: "/", NoNewPrivileges: f.Status.NoNewPrivs,
	}
}
