package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

// labels asks the security modules for the labels that execve(2) will give.
// The process does so itself, since a label may be written through its own
// memory only (Linux 5.13), and before the join, in the host's /proc: a
// container may have put anything at its own (CVE-2019-16884, CVE-2025-52881).
// A fork keeps what was asked for.
func (c *compiler) labels() {
	if c.plan.Labels == (plan.Labels{}) {
		return
	}
	if profile := c.plan.Labels.AppArmor; profile != "" {
		c.write("ask for the AppArmor profile", "/proc/self/attr/apparmor/exec", "exec "+profile)
	}
	if context := c.plan.Labels.SELinux; context != "" {
		c.write("ask for the keyring's SELinux context", "/proc/self/attr/keycreate", context)
		c.write("ask for the SELinux context", "/proc/self/attr/exec", context)
	}
	c.closeFrom("close the files of the labels", firstTasks(c.plan)) // a descriptor of the host's /proc must not be taken along (CVE-2016-8649)
}

// write opens a file and writes it by one write(2). The descriptor is stored
// where the second call has its first argument.
func (c *compiler) write(step, path, value string) {
	here := unix.AT_FDCWD
	c.with(step, unix.SYS_OPENAT, []uint64{uint64(here), uint64(c.String(path)), unix.O_WRONLY},
		func(call *stage.Call) { call.Store = c.Argument(0) })
	c.call(step, unix.SYS_WRITE, 0, uint64(c.String(value)), uint64(len(value)))
}
