package plan

import (
	"fmt"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/account"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Labels are the labels by which security modules confine a process. An empty
// one confines nothing.
type Labels struct {
	AppArmor string // the name of a profile, see apparmor(7)
	SELinux  string // a context, see selinux(8)
}

// String names the labels: "AppArmor profile \"docker-default\"".
func (l Labels) String() string {
	var list []string
	if l.AppArmor != "" {
		list = append(list, fmt.Sprintf("AppArmor profile %q", l.AppArmor))
	}
	if l.SELinux != "" {
		list = append(list, fmt.Sprintf("SELinux context %q", l.SELinux))
	}
	return strings.Join(list, " and ")
}

// Facts is what was read of the container's init and of the caller.
type Facts struct {
	PID            int // of init, in the caller's PID namespace
	Target, Caller proc.Namespaces

	Status        proc.Status // of init
	Environ       []string    // of init; read only when there is no spec
	Cgroups       []proc.Membership
	CallerCgroups []proc.Membership
	Frozen        bool

	UIDs, GIDs      proc.IDMap // of init's user namespace
	SetgroupsDenied bool

	CallerCaps    uint64        // the capabilities that the caller can give: its bounding set
	CallerIgnored uint64        // the signals that the caller ignores, bit n-1 for signal n
	LastCap       int           // the highest capability of the kernel
	Accounts      account.Files // read only when NeedsAccounts
	Keyrings      bool          // the kernel has them (CONFIG_KEYS)

	OOMScoreAdj, CallerOOMScoreAdj int // of init and of the caller

	// Of the parent of init, the shim: what it has given to all that it starts.
	RuntimeFilters int             // seccomp filters; -1 when it is not known
	Runtime        proc.Namespaces // zero when it is not known
	Bundle         string          // the directory of the container's OCI bundle; empty when it is not known

	Labels Labels // of init
}
