package nsenter

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// verify compares the process with the plan, by what the host's /proc says.
// cgroups are those that it is in.
func verify(p *plan.Plan, process *proc.Process, cgroups []proc.Membership) error {
	if err := verifyNamespaces(p, process); err != nil {
		return err
	}
	if err := verifyLabels(p, process); err != nil {
		return err
	}
	if err := verifyCgroups(p.Early(), cgroups); err != nil {
		return err
	}
	status, err := process.Status()
	if err != nil {
		return err
	}
	return verifyStatus(p, status)
}

func verifyCgroups(want []plan.Cgroup, have []proc.Membership) error {
	for _, w := range want {
		if !w.Has(have) {
			return fmt.Errorf("it is not in the cgroup %q", w.Path)
		}
	}
	return nil
}

func verifyNamespaces(p *plan.Plan, process *proc.Process) error {
	have, err := process.NamespacesForChildren()
	if err != nil {
		return err
	}
	for _, n := range p.Expected.Differ(have) {
		return fmt.Errorf("it is in the namespace %s and not in %s", have.Link(n), p.Expected.Link(n))
	}
	return nil
}

// verifyLabels reads back what the process asked SELinux for. AppArmor's answer
// would be about the reader, whichever process the file is of (security/apparmor,
// apparmor_getprocattr): there, that the write succeeded has to do.
func verifyLabels(p *plan.Plan, process *proc.Process) error {
	if p.Labels.SELinux == "" {
		return nil
	}
	have, err := attribute(process, "attr/exec")
	if err != nil {
		return err
	}
	if have != p.Labels.SELinux {
		return fmt.Errorf("its label on execution is %q, not %q", have, p.Labels.SELinux)
	}
	return nil
}

func verifyStatus(p *plan.Plan, s proc.Status) error {
	uid, gid := outside(p.UIDs, p.UID), outside(p.GIDs, p.GID)
	if s.UID != [4]uint32{uid, uid, uid, uid} || s.GID != [4]uint32{gid, gid, gid, gid} {
		return fmt.Errorf("its users are %v and its groups %v, not %d and %d", s.UID, s.GID, uid, gid)
	}
	if !p.KeepGroups {
		groups := make([]uint32, 0, len(p.Groups))
		for _, g := range p.Groups {
			groups = append(groups, outside(p.GIDs, g))
		}
		slices.Sort(groups)
		have := slices.Sorted(slices.Values(s.Groups))
		if !slices.Equal(have, groups) {
			return fmt.Errorf("its supplementary groups are %v, not %v", have, groups)
		}
	}
	caps := p.Caps
	if p.LateFilters {
		caps = entry.WithAdmin(caps)
		caps.Bounding = p.Caps.Bounding
	}
	if s.Caps != caps {
		return fmt.Errorf("its capabilities are %+x, not %+x", s.Caps, caps)
	}
	if s.Ignored != 0 {
		return fmt.Errorf("it ignores signals: %x", s.Ignored)
	}
	switch {
	case s.NoNewPrivs && !p.NoNewPrivs:
		return ErrCallerNoNewPrivs
	case !s.NoNewPrivs && p.NoNewPrivs:
		return errors.New("its no_new_privs is false")
	}
	if p.Filters != 0 && !p.NoNewPrivs && !p.LateFilters && s.SeccompMode != proc.SeccompFilter {
		return fmt.Errorf("its seccomp mode is %d", s.SeccompMode)
	}
	return nil
}

func outside(m proc.IDMap, id uint32) uint32 {
	if m == nil {
		return id
	}
	out, _ := m.Outside(id) // Decide made sure that it is mapped
	return out
}
