package plan

import (
	"errors"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// ErrUnfiltered says that the container is to have a seccomp filter, by its
// record, and that its init has none that could be copied.
var ErrUnfiltered = errors.New("the container's record has a seccomp profile, and its init no filter")

// Listener is who answers for the system calls that a filter hands to a
// supervisor (SECCOMP_RET_USER_NOTIF, seccomp_unotify(2)).
type Listener struct {
	Path         string                      // of a unix socket of the host
	State        specs.ContainerProcessState // what it is told, but for the PID of the process
	WaitKillable bool                        // a call that it has received is interrupted by fatal signals only
}

// NeedsBundle reports whether Decide has to know the directory of the container's
// bundle: a supervisor is told it.
func NeedsBundle(spec *specs.Spec) bool {
	return spec != nil && spec.Linux != nil && spec.Linux.Seccomp != nil && spec.Linux.Seccomp.ListenerPath != ""
}

// filters decides which seccomp filters of init the process gets, and how.
func (p *Plan) filters(f Facts, spec *specs.Spec, b basis, req Request) error {
	switch {
	case req.NoSeccomp:
		if f.Status.SeccompMode == proc.SeccompFilter || b.profile != nil && *b.profile {
			p.Without = append(p.Without, "the container's seccomp filters")
		}
		return nil
	case f.Status.SeccompMode == proc.SeccompFilter:
		p.Filters = f.filters(b.profile)
	case b.profile != nil && *b.profile:
		return ErrUnfiltered
	}
	var profile specs.LinuxSeccomp
	if b.profile != nil && *b.profile {
		profile = *spec.Linux.Seccomp
	}
	p.SpecAllow = f.specAllow(profile.Flags)
	if profile.ListenerPath != "" {
		p.Listener = &Listener{
			Path: profile.ListenerPath, WaitKillable: slices.Contains(profile.Flags, specs.LinuxSeccompFlagWaitKillableRecv),
			State: specs.ContainerProcessState{
				Version: specs.Version, Fds: []string{specs.SeccompFdName}, Metadata: profile.ListenerMetadata,
				State: specs.State{
					Version: specs.Version, ID: req.ID, Status: specs.StateRunning, Pid: f.PID, Bundle: f.Bundle, Annotations: spec.Annotations,
				},
			},
		}
	}
	return nil
}

// filters returns how many of init's filters, counted from the oldest, the
// container has: those that its runtime was under and, after them, the one of
// the spec's profile. What comes after that is of init's own making. All are
// taken where that cannot be told.
func (f Facts) filters(profile *bool) int {
	if profile == nil || f.RuntimeFilters < 0 {
		return f.Status.SeccompFilters
	}
	if *profile {
		return f.RuntimeFilters + 1
	}
	return f.RuntimeFilters
}

// specAllow decides about SECCOMP_FILTER_FLAG_SPEC_ALLOW, of which the kernel
// keeps no record. Without the flag, a filter turned speculative store bypass
// off for its processes, up to Linux 5.15 or with a boot parameter. A spec that
// names no flags leaves the choice to the runtime: the newest runc sets it,
// older ones do not, and init shows which one made the container.
func (f Facts) specAllow(flags []specs.LinuxSeccompFlag) bool {
	if flags != nil {
		return slices.Contains(flags, specs.LinuxSeccompFlagSpecAllow)
	}
	return !strings.HasPrefix(f.Status.StoreBypass, "thread") || !strings.HasSuffix(f.Status.StoreBypass, "mitigated")
}
