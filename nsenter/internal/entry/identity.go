package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// identity sets the directory, the mask and who the process is. Root tries to
// change to the directory first and the user only where root may not, as on
// NFS: so does runc.
func (c *compiler) identity() {
	c.call("set the umask", unix.SYS_UMASK, uint64(c.plan.Umask))
	cwd := []uint64{uint64(c.String(c.plan.Cwd))}
	result := c.Words(0)
	whatever := c.Label()
	c.with(StepDirectory, unix.SYS_CHDIR, cwd, func(call *stage.Call) {
		call.Store, call.Negative = result, whatever
	})
	c.Mark(whatever)

	if c.plan.NoNewPrivs {
		c.prctl("set no_new_privs", unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
	}
	for n := 0; n <= c.plan.LastCap; n++ {
		if c.plan.Caps.Bounding&(1<<n) == 0 {
			c.prctl("bound the capabilities", unix.PR_CAPBSET_DROP, uint64(n), 0, 0, 0)
		}
	}
	c.prctl("keep the capabilities", unix.PR_SET_KEEPCAPS, 1, 0, 0, 0)
	if !c.plan.KeepGroups {
		c.call("set the supplementary groups", unix.SYS_SETGROUPS, uint64(len(c.plan.Groups)), c.groups())
	}
	uid, gid := uint64(c.plan.UID), uint64(c.plan.GID)
	c.call("set the group", unix.SYS_SETRESGID, gid, gid, gid)
	c.call("set the user", unix.SYS_SETRESUID, uid, uid, uid)
	c.stayHidden()

	there, again := c.Label(), c.Label()
	c.with(StepDirectory, stage.Load, []uint64{uint64(result)}, func(call *stage.Call) {
		call.Negative, call.Zero, call.Positive = again, there, there
	})
	c.Mark(again)
	c.call(StepDirectory, unix.SYS_CHDIR, cwd...)
	c.Mark(there)
	c.prctl("keep the capabilities no longer", unix.PR_SET_KEEPCAPS, 0, 0, 0, 0)
}

func (c *compiler) groups() uint64 {
	packed := make([]uint64, (len(c.plan.Groups)+1)/2)
	for i, g := range c.plan.Groups { // gid_t is 32 bits: two fit a little-endian word
		packed[i/2] |= uint64(g) << (32 * (i % 2))
	}
	return uint64(c.Words(packed...))
}

// capabilities installs the seccomp filters that cannot wait and gives the
// process its capabilities.
//
// Without no_new_privs a filter needs CAP_SYS_ADMIN (seccomp(2)), and what
// comes after it is filtered. With no_new_privs it is installed right before
// execve(2).
func (c *compiler) capabilities() {
	caps := c.plan.Caps
	if len(c.filters) > 0 && !c.plan.NoNewPrivs {
		c.capset("raise CAP_SYS_ADMIN for the filters", WithAdmin(caps))
	}
	if !c.plan.LateFilters {
		c.confine()
	}
}

// stayHidden undoes what a change of IDs does: it makes the process dumpable
// where fs.suid_dumpable says so, and clears the death signal (commit_creds in
// kernel/cred.c). It comes while the process has more capabilities than the
// container, whose processes may not trace it for that alone, and before any
// filter, which may feign these calls.
func (c *compiler) stayHidden() {
	c.prctl("become undumpable", unix.PR_SET_DUMPABLE, 0)
	c.dieWithCaller()
}

// confine installs the filters that need a privilege and takes it away.
func (c *compiler) confine() {
	caps := c.plan.Caps
	if len(c.filters) > 0 && !c.plan.NoNewPrivs {
		c.install()
	}
	c.capset("set the capabilities", caps)
	c.prctl("clear the ambient capabilities", unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
	for n := 0; n <= c.plan.LastCap; n++ {
		if caps.Ambient&(1<<n) != 0 {
			c.prctl("raise the ambient capabilities", unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_RAISE, uint64(n), 0, 0)
		}
	}
}

// WithAdmin returns the capabilities of a process that waits for its filters.
func WithAdmin(caps proc.Capabilities) proc.Capabilities {
	admin := uint64(1) << unix.CAP_SYS_ADMIN
	return proc.Capabilities{Effective: caps.Permitted | admin, Permitted: caps.Permitted | admin, Inheritable: caps.Inheritable}
}

func (c *compiler) capset(step string, caps proc.Capabilities) {
	const version3 = unix.LINUX_CAPABILITY_VERSION_3
	low := func(n uint64) uint64 { return n & (1<<32 - 1) }
	header := c.Words(version3) // and PID 0 in the upper half: the caller itself
	data := c.Words(
		low(caps.Effective)|low(caps.Permitted)<<32, low(caps.Inheritable)|(caps.Effective>>32)<<32,
		(caps.Permitted>>32)|(caps.Inheritable>>32)<<32)
	c.call(step, unix.SYS_CAPSET, uint64(header), uint64(data))
}
