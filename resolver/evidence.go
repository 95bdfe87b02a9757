package resolver

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// evidence is what /proc says of a process, as far as it tells whether the
// process is that of a container.
type evidence struct {
	cgroups    []proc.Membership
	nspid      []int // its PID in each nested PID namespace, the reader's first
	namespaces proc.Namespaces
	reader     proc.Namespaces // the caller's
	joined     proc.ID         // the PID namespace that the spec names by a path, if any
}

// look collects the evidence on whether a pinned process is that of a container.
func look(process *proc.Process, id string, spec *specs.Spec) (evidence, error) {
	var e evidence
	var err error
	if e.cgroups, err = process.Cgroups(); err != nil {
		return e, err
	}
	if e.inCgroupOf(id, spec) {
		return e, nil // nothing else is asked of it then
	}
	if err = e.rank(process); err != nil {
		return e, err
	}
	if e.namespaces, err = process.Namespaces(); err != nil {
		return e, err
	}
	if e.reader, err = proc.OwnNamespaces(); err != nil {
		return e, err
	}
	if own, path := pidNamespace(spec); own && path != "" {
		var st syscall.Stat_t
		if syscall.Stat(path, &st) == nil {
			e.joined = proc.ID{Dev: st.Dev, Ino: st.Ino}
		}
	}
	return e, nil
}

// rank adds what the process is in its PID namespaces.
func (e *evidence) rank(process *proc.Process) error {
	if e.nspid != nil {
		return nil
	}
	status, err := process.Status()
	e.nspid = status.NSpid
	return err
}

// contradicts returns why the process cannot be that of the container, or "".
//
//  1. A cgroup that is named after the container, or that is at or below the
//     cgroup of its spec, settles it.
//  2. A cgroup that is named after another container contradicts it.
//  3. Otherwise the cgroups say nothing: some containers share the host's. Then
//     a container with a PID namespace of its own must have its init there: the
//     process is number 1 in a nested PID namespace.
//  4. One that joins a PID namespace by its path, as containers of a pod can,
//     must be in that namespace.
//  5. One in the host's PID namespace must at least not be in the mount
//     namespace of the caller.
func (e evidence) contradicts(id string, spec *specs.Spec) string {
	if e.inCgroupOf(id, spec) {
		return ""
	}
	for _, m := range e.cgroups {
		for _, other := range idsIn(m.Path) {
			if isFullID(other) {
				return fmt.Sprintf("its cgroup %q is another container's", m.Path)
			}
		}
	}
	switch own, path := pidNamespace(spec); {
	case own && path == "":
		if !e.isInit() {
			return "its cgroups are not the container's, and it is not the init of a PID namespace"
		}
	case own:
		if e.joined == (proc.ID{}) || e.joined != e.namespaces[proc.PID] {
			return fmt.Sprintf("its cgroups are not the container's, and it is not in the PID namespace %q", path)
		}
	case e.namespaces[proc.Mount] == e.reader[proc.Mount]:
		return "its cgroups are not the container's, and it has the mount namespace of the host"
	}
	return ""
}

// inCgroupOf reports whether a cgroup of the process is the container's.
func (e evidence) inCgroupOf(id string, spec *specs.Spec) bool {
	return slices.ContainsFunc(e.cgroups, func(m proc.Membership) bool { return namedAfter(m.Path, id) || belowSpec(m.Path, spec) })
}

// shows returns what shows that the process is the container's, in words.
func (e evidence) shows(id string, spec *specs.Spec) []string {
	var shown []string
	if own := ownCgroup(e.cgroups, id, spec); own != "" {
		shown = append(shown, fmt.Sprintf("its cgroup %q", own))
	}
	if e.isInit() {
		shown = append(shown, "number 1 of its PID namespace")
	}
	return shown
}

// isInit reports whether the process is the init of a PID namespace below the
// caller's.
func (e evidence) isInit() bool { return len(e.nspid) > 1 && e.nspid[len(e.nspid)-1] == 1 }

// pidNamespace reports whether the container has a PID namespace that is not
// the host's, and the path by which the spec names it: "" for a new one.
func pidNamespace(spec *specs.Spec) (own bool, path string) {
	if spec == nil || spec.Linux == nil {
		return true, ""
	}
	for _, ns := range spec.Linux.Namespaces {
		if ns.Type == specs.PIDNamespace {
			return true, ns.Path
		}
	}
	return false, ""
}

// belowSpec reports whether a cgroup is at or below that of the spec. The
// reader may be in a cgroup namespace, and a relative path is below the
// runtime's own cgroup: so the spec's path may begin anywhere.
func belowSpec(cgroup string, spec *specs.Spec) bool {
	if spec == nil || spec.Linux == nil {
		return false
	}
	want := specComponents(spec.Linux.CgroupsPath)
	have := components(cgroup)
	for i := 0; len(want) > 0 && i+len(want) <= len(have); i++ {
		if slices.Equal(have[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

// specComponents returns the last components that the spec's cgroupsPath
// becomes. For runc's systemd driver the path is SLICE:PREFIX:NAME, and the
// cgroup the scope PREFIX-NAME.scope in the slice (runc: libcontainer/cgroups/systemd).
func specComponents(path string) []string {
	parts := strings.Split(path, ":")
	if len(parts) != 3 || strings.HasPrefix(path, "/") {
		return components(path)
	}
	name := parts[2]
	if !strings.HasSuffix(name, ".slice") {
		if parts[1] != "" {
			name = parts[1] + "-" + name
		}
		name += ".scope"
	}
	return []string{name}
}
