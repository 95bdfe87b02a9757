package entry

import (
	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// attributes sets what is inherited by the command and needs no more than
// the root of the container.
func (c *compiler) attributes() {
	if c.plan.Joins(proc.User) {
		c.becomeRoot()
	}
	if name := c.plan.Keyring; name != "" {
		c.call("take a session keyring", unix.SYS_KEYCTL, unix.KEYCTL_JOIN_SESSION_KEYRING, uint64(c.String(name)))
	}
	if p := c.plan.IOPriority; p != nil {
		const whoProcess = 1 // IOPRIO_WHO_PROCESS, and 0 for the caller
		c.call("set the I/O priority", unix.SYS_IOPRIO_SET, whoProcess, 0, uint64(*p))
	}
	if p := c.plan.Personality; p != nil {
		c.call("set the personality", unix.SYS_PERSONALITY, uint64(*p))
	}
	if m := c.plan.MemoryPolicy; m != nil {
		const bits = 1024
		mask := make([]uint64, bits/64)
		for _, node := range m.Nodes {
			mask[node/64] |= 1 << (node % 64)
		}
		c.call("set the memory policy", unix.SYS_SET_MEMPOLICY, uint64(m.Mode), uint64(c.Words(mask...)), bits)
	}
}

// becomeRoot leaves the caller's IDs, which mean nobody in the user namespace
// but may own files of the container.
func (c *compiler) becomeRoot() {
	uid, gid := uint64(c.plan.RootUID), uint64(c.plan.RootGID)
	if !c.plan.KeepGroups {
		c.call("leave the caller's supplementary groups", unix.SYS_SETGROUPS, 0, 0)
	}
	c.call("become root's group in the user namespace", unix.SYS_SETRESGID, gid, gid, gid)
	c.prctl("keep the capabilities", unix.PR_SET_KEEPCAPS, 1, 0, 0, 0)
	c.call("become root in the user namespace", unix.SYS_SETRESUID, uid, uid, uid)
	c.stayHidden()
}
