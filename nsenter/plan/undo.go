package plan

import (
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// specNamespaces maps the spec's names of the kinds.
var specNamespaces = map[specs.LinuxNamespaceType]proc.Namespace{
	specs.CgroupNamespace: proc.Cgroup, specs.IPCNamespace: proc.IPC, specs.MountNamespace: proc.Mount, specs.NetworkNamespace: proc.Net,
	specs.PIDNamespace: proc.PID, specs.TimeNamespace: proc.Time, specs.UserNamespace: proc.User, specs.UTSNamespace: proc.UTS,
}

// undo leaves out of the facts the namespaces that init made for itself: kinds
// that the container shares with its runtime, and so with the caller.
func (f *Facts) undo(spec *specs.Spec) {
	if spec == nil || spec.Linux == nil {
		return
	}
	own := map[proc.Namespace]bool{}
	for _, n := range spec.Linux.Namespaces {
		own[specNamespaces[n.Type]] = true
	}
	for _, n := range proc.Kinds() {
		if own[n] || f.Caller[n] != f.Runtime[n] {
			continue
		}
		if n == proc.User && f.Target[n] != f.Caller[n] {
			f.UIDs, f.GIDs, f.SetgroupsDenied = nil, nil, false
		}
		f.Target[n] = f.Caller[n]
	}
}
