package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Cgroup is a cgroup to be in.
type Cgroup struct {
	proc.Membership
	// Init is where init is, when that is below the container's own cgroup. It
	// is taken when the container's own does not take processes: one of cgroup
	// v2 that has controllers and children does not, nor one that was removed.
	Init string
}

// Has reports whether a process with these memberships is in the cgroup.
func (c Cgroup) Has(memberships []proc.Membership) bool {
	return slices.ContainsFunc(memberships, func(m proc.Membership) bool {
		return m.Hierarchy == c.Hierarchy && (m.Path == c.Path || c.Init != "" && m.Path == c.Init)
	})
}

// Early returns the cgroups that the process joins before it is forked into
// the PID namespace: all, unless CountLate.
func (p *Plan) Early() []Cgroup {
	return slices.DeleteFunc(slices.Clone(p.Cgroups), p.late)
}

// Late returns the cgroups that the process joins after that.
func (p *Plan) Late() []Cgroup {
	return slices.DeleteFunc(slices.Clone(p.Cgroups), func(c Cgroup) bool { return !p.late(c) })
}

func (p *Plan) late(c Cgroup) bool { return p.CountLate && countsOnly(c) }

// countsOnly reports whether a cgroup does nothing but count processes: where
// the pids controller has a hierarchy of its own, as cgroup v1 most often has.
func countsOnly(c Cgroup) bool { return slices.Equal(c.Controllers, []string{"pids"}) }

// MayCountLate reports whether CountLate makes a difference, and no harm: a
// container that may trace what it sees could make the process fork outside the
// count of its own meanwhile.
func (p *Plan) MayCountLate() bool {
	return p.Joins(proc.PID) && !p.MayTrace && !p.CountLate && slices.ContainsFunc(p.Cgroups, countsOnly)
}

// cgroups decides which cgroups to join: the container's own, as runc does,
// in each hierarchy in which the caller is not there already. A cgroup that is
// not the container's is not joined: a container with a writable cgroupfs can
// move its init anywhere that it sees.
func cgroups(f Facts, spec *specs.Spec) ([]Cgroup, error) {
	var join []Cgroup
	home := cgroupsPath(spec)
	if home != "" && !slices.ContainsFunc(f.Cgroups, func(m proc.Membership) bool { return m.Path != "/" }) {
		return nil, fmt.Errorf("init has left the container's cgroup, %q, for the root", home)
	}
	for _, m := range f.Cgroups {
		c := Cgroup{Membership: m}
		if home != "" && m.Path != "/" {
			own, ok := cutHome(m.Path, home)
			if !ok {
				return nil, fmt.Errorf("init's cgroup %q is not below the container's, %q", m.Path, home)
			}
			if own != m.Path {
				c.Path, c.Init = own, m.Path
			}
		}
		switch {
		case c.Has(f.CallerCgroups):
			continue
		case m.Path == "/.." || strings.HasPrefix(m.Path, "/../"):
			return nil, fmt.Errorf("init's cgroup %q is outside the caller's cgroup namespace", m.Path)
		case c.Init == "" && strings.HasSuffix(m.Path, " (deleted)"):
			return nil, fmt.Errorf("init's cgroup %q was removed", m.Path)
		}
		join = append(join, c)
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

// cutHome returns the container's own cgroup, home or what is called home
// below the cgroup of its runtime, from a cgroup that is that or below it. A
// home without a slash is the name of a systemd unit, in whatever slice.
func cutHome(cgroup, home string) (own string, ok bool) {
	name := "/" + strings.TrimPrefix(home, "/")
	i := strings.Index(cgroup+"/", name+"/")
	if i < 0 {
		return "", false
	}
	return cgroup[:i+len(name)], true
}
