package plan

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// privileges decides the capability sets, no_new_privs and the labels.
func (p *Plan) privileges(f Facts, b basis, req Request) error {
	p.NoNewPrivs = b.process.NoNewPrivileges || req.NoNewPrivs
	p.MayTrace = !f.ownUsers() && MayTrace(f.Status.Caps)
	p.Caps, p.Labels = b.caps, b.labels
	// What this host cannot give nobody in the container has. A set that is to hold it
	// fails later, as with runc; of the bounding set it is only missing.
	p.Caps.Bounding &= f.CallerCaps
	if p.Labels.AppArmor == "unconfined" {
		p.Labels.AppArmor = ""
	}
	if req.NoLabel && p.Labels != (Labels{}) {
		p.Without, p.Labels = append(p.Without, "the container's "+p.Labels.String()), Labels{}
	}
	if req.Privileged {
		// As docker exec --privileged: filters and labels stay.
		// The inheritable set stays empty: with it, the file capabilities of
		// a program would raise what the user did not ask for (CVE-2022-29162).
		p.Caps = proc.Capabilities{Permitted: f.CallerCaps, Effective: f.CallerCaps, Bounding: f.CallerCaps}
	}
	for _, name := range req.CapAdd {
		bit, err := capability(name)
		if err != nil {
			return err
		}
		p.Caps.Bounding |= bit
		p.Caps.Permitted |= bit
		p.Caps.Effective |= bit
		p.Caps.Ambient |= bit & p.Caps.Inheritable
	}
	// An ambient capability has to be permitted and inheritable
	// (capabilities(7)). runc warns of others and leaves them out; the default
	// spec of runc 1.1 has some.
	p.Caps.Ambient &= p.Caps.Permitted & p.Caps.Inheritable
	return nil
}

// MayTrace reports whether a process with these capabilities, or one that it
// executes, may have CAP_SYS_PTRACE.
func MayTrace(caps proc.Capabilities) bool {
	const sysPtrace = 1 << 19
	return caps.Bounding&sysPtrace != 0
}

// specCapabilities reads the five sets of a spec. A name that the kernel does
// not know is left out, as runc does: the container does not have it either.
//
// A spec that has no sets leaves the runtime's own: init has them, and shows
// them by its bounding set.
func specCapabilities(f Facts, c *specs.LinuxCapabilities) proc.Capabilities {
	if c == nil {
		all := f.Status.Caps.Bounding
		return proc.Capabilities{Inheritable: f.Status.Caps.Inheritable, Permitted: all, Effective: all, Bounding: all}
	}
	set := func(names []string) (set uint64) {
		for _, name := range names {
			if bit, err := capability(name); err == nil {
				set |= bit
			}
		}
		return set
	}
	return proc.Capabilities{
		Inheritable: set(c.Inheritable), Permitted: set(c.Permitted), Effective: set(c.Effective),
		Bounding: set(c.Bounding), Ambient: set(c.Ambient),
	}
}

// capabilityNames are those of linux/capability.h in order, without "CAP_".
var capabilityNames = strings.Fields(`CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID
	SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE
	SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME
	SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM
	BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`)

// CapabilityNames returns what Request.CapAdd takes, without "CAP_".
func CapabilityNames() []string { return slices.Clone(capabilityNames) }

// CapabilityError says that Request.CapAdd names what is no capability.
type CapabilityError struct{ Name string }

func (e *CapabilityError) Error() string { return fmt.Sprintf("unknown capability %q", e.Name) }

func capability(name string) (uint64, error) {
	bare := strings.TrimPrefix(strings.ToUpper(name), "CAP_")
	for i, known := range capabilityNames {
		if bare == known {
			return 1 << i, nil
		}
	}
	return 0, &CapabilityError{Name: name}
}

// names lists the capabilities of a set. A set with more than half of them is
// told by those that it lacks.
func (p *Plan) names(set uint64) string {
	all := uint64(1)<<(p.LastCap+1) - 1
	switch missing := all &^ set; {
	case set == 0:
		return "none"
	case missing == 0:
		return "all"
	case bits.OnesCount64(missing) < bits.OnesCount64(set):
		return "all but " + capabilityList(missing)
	}
	return capabilityList(set)
}

func capabilityList(set uint64) string {
	var list []string
	for i := range 64 {
		if set&(1<<i) == 0 {
			continue
		}
		name := fmt.Sprintf("%d", i)
		if i < len(capabilityNames) {
			name = strings.ToLower(capabilityNames[i])
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}
