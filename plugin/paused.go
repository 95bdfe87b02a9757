package plugin

import (
	"slices"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// heldFiltersError is a paused container whose seccomp filters cannot be copied.
type heldFiltersError struct{ err error }

func (e *heldFiltersError) Error() string { return e.err.Error() }

func (e *heldFiltersError) Unwrap() error { return e.err }

// holdsFilters reports whether a paused process has seccomp filters and does not
// stop for who would copy them: the freezer of cgroup v1 keeps it. What cannot be
// read costs a part of the hint.
func holdsFilters(init *proc.Process) bool {
	status, err := init.Status()
	if err != nil || status.SeccompMode != proc.SeccompFilter {
		return false
	}
	cgroups, err := init.Cgroups()
	return err == nil && slices.ContainsFunc(cgroups, func(m proc.Membership) bool { return slices.Contains(m.Controllers, "freezer") })
}
