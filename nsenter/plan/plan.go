package plan

import (
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// Plan is how a process enters a container, and as what.
type Plan struct {
	PID        int // of the container's init
	Namespaces []proc.Namespace
	Expected   proc.Namespaces // what the process is in after the join
	Cgroups    []Cgroup

	Rlimits     []Rlimit
	OOMScoreAdj *int
	Umask       uint32

	Keyring      string // the name of its session keyring; empty where the kernel has none
	Scheduler    *Scheduler
	IOPriority   *int // as ioprio_set(2) takes it
	Personality  *uint32
	MemoryPolicy *MemoryPolicy
	CPUs         []int // nil for all

	RootUID, RootGID uint32 // who prepares all that in a joined user namespace: its root, if it has one

	UID, GID   uint32 // in the container's user namespace
	Groups     []uint32
	KeepGroups bool // setgroups(2) is forbidden there
	UIDs, GIDs proc.IDMap
	Caps       proc.Capabilities
	LastCap    int

	NoNewPrivs bool
	Labels     Labels // what execve(2) gives the process
	Filters    int    // how many seccomp filters of init the process gets; -1 is all, their number being unknown
	SpecAllow  bool   // they leave speculative store bypass on
	Listener   *Listener
	Without    []string // what of the container's confinement the user wants left out, in words

	// MayTrace says that the container may trace any process that it sees, one
	// with more privilege too (CAP_SYS_PTRACE).
	MayTrace bool
	// LateFilters lets the process keep CAP_SYS_ADMIN until it is in the PID
	// namespace: the filters deny what it has to do there first.
	LateFilters bool

	// CountLate lets the process be counted after its fork. A fork in a cgroup
	// fails when that has as many processes as it may have, but a process that is
	// moved there is counted and not refused (Linux:
	// Documentation/admin-guide/cgroup-v1/pids.rst).
	CountLate bool

	TTY         bool
	PreserveFDs int
	Frozen      bool // wait for the thaw without a deadline

	Ignored uint64 // the signals that the caller ignores, bit n-1 for signal n, and the process shall not

	Cwd  string
	Env  []string
	Args []string
	Path []string // where the command is looked for, in this order
}

// Rlimit is one resource limit, see getrlimit(2).
type Rlimit struct {
	Name       string // such as RLIMIT_NOFILE
	Soft, Hard uint64
}

// Owner returns whom the files belong to that are made for the process, as
// numbers of the caller's user namespace: the user and the group of the root
// that prepares it. A group of -1 is the caller's own.
func (p *Plan) Owner() (uid, gid int) {
	if p.UIDs == nil {
		return int(p.UID), -1
	}
	u, _ := p.UIDs.Outside(p.UID) // Decide made sure that they are mapped
	g, _ := p.GIDs.Outside(p.RootGID)
	return int(u), int(g)
}

// Joins reports whether the plan joins the kind of namespace.
func (p *Plan) Joins(n proc.Namespace) bool {
	for _, j := range p.Namespaces {
		if j == n {
			return true
		}
	}
	return false
}
