package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// cgroups decides which cgroups to join: those of init in which the caller is
// not already. A cgroup that is not the container's is not joined: a
// container with a writable cgroupfs can move its init anywhere that it sees.
func cgroups(f Facts, spec *specs.Spec) ([]proc.Membership, error) {
	var join []proc.Membership
	home := cgroupsPath(spec)
	if home != "" && !slices.ContainsFunc(f.Cgroups, func(m proc.Membership) bool { return m.Path != "/" }) {
		return nil, fmt.Errorf("init has left the container's cgroup, %q, for the root", home)
	}
	for _, m := range f.Cgroups {
		there := slices.ContainsFunc(f.CallerCgroups, func(c proc.Membership) bool {
			return c.Hierarchy == m.Hierarchy && c.Path == m.Path
		})
		switch {
		case !there && (m.Path == "/.." || strings.HasPrefix(m.Path, "/../")):
			return nil, fmt.Errorf("init's cgroup %q is outside the caller's cgroup namespace", m.Path)
		case !there && strings.HasSuffix(m.Path, " (deleted)"):
			return nil, fmt.Errorf("init's cgroup %q was removed", m.Path)
		case home != "" && m.Path != "/" && !within(m.Path, home):
			return nil, fmt.Errorf("init's cgroup %q is not below the container's, %q", m.Path, home)
		case there:
			continue
		}
		join = append(join, m)
	}
	return join, nil
}

// cgroupsPath returns the spec's cgroup in the form of /proc/PID/cgroup, or
// "" when it does not name one. The form "slice:prefix:name" is systemd's.
func cgroupsPath(spec *specs.Spec) string {
	if spec == nil || spec.Linux == nil || spec.Linux.CgroupsPath == "" {
		return ""
	}
	if parts := strings.Split(spec.Linux.CgroupsPath, ":"); len(parts) == 3 {
		if strings.HasSuffix(parts[2], ".slice") {
			return parts[2]
		}
		return parts[1] + "-" + parts[2] + ".scope"
	}
	return path.Clean("/" + spec.Linux.CgroupsPath)
}

// within reports whether a cgroup is home or below it. A home without a slash
// is the name of a systemd scope, in whatever slice. A runtime that is itself
// in a cgroup may put the container's below its own.
func within(cgroup, home string) bool {
	return strings.Contains(cgroup+"/", "/"+strings.TrimPrefix(home, "/")+"/")
}
