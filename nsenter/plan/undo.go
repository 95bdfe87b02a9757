package plan

import (
	"slices"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// specNamespaces maps the spec's names of the kinds.
var specNamespaces = map[specs.LinuxNamespaceType]proc.Namespace{
	specs.CgroupNamespace: proc.Cgroup, specs.IPCNamespace: proc.IPC, specs.MountNamespace: proc.Mount, specs.NetworkNamespace: proc.Net,
	specs.PIDNamespace: proc.PID, specs.TimeNamespace: proc.Time, specs.UserNamespace: proc.User, specs.UTSNamespace: proc.UTS,
}

// NeedsRuntime reports whether Decide has to know of the parent of init: when
// init has filters, or namespaces that its container's record does not name.
func NeedsRuntime(f Facts, spec *specs.Spec) bool {
	return f.Status.SeccompMode == proc.SeccompFilter || NeedsBundle(spec) || NeedsRuntimeNamespaces(f, spec)
}

// NeedsRuntimeNamespaces reports whether that includes its namespaces.
func NeedsRuntimeNamespaces(f Facts, spec *specs.Spec) bool { return len(f.unnamed(spec)) > 0 }

// unnamed returns the kinds in which init has not the caller's namespace, although
// its container's record names none. There are none without a record.
func (f *Facts) unnamed(spec *specs.Spec) []proc.Namespace {
	if spec == nil || spec.Linux == nil {
		return nil
	}
	return slices.DeleteFunc(f.Target.Differ(f.Caller), func(n proc.Namespace) bool {
		return slices.ContainsFunc(spec.Linux.Namespaces, func(own specs.LinuxNamespace) bool {
			kind, known := specNamespaces[own.Type]
			return known && kind == n
		})
	})
}

// undo leaves out of the facts the namespaces that init made for itself: kinds
// that the container shares with its runtime, and so with the caller.
func (f *Facts) undo(spec *specs.Spec) {
	for _, n := range f.unnamed(spec) {
		if f.Caller[n] != f.Runtime[n] {
			continue
		}
		if n == proc.User {
			f.UIDs, f.GIDs, f.SetgroupsDenied = nil, nil, false
		}
		f.Target[n] = f.Caller[n]
	}
}
