package doctor

import (
	"context"
	"os"
	"strings"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// unbelieved looks for the shim of a container that is not among the monitors.
// Those in another mount or user namespace are not believed (package procfs), but
// whether they live the kernel says: it is gone when init has another parent, and
// nobody answers for it.
func (l *looking) unbelieved(ctx context.Context, c chain) health.Check {
	if pid := shimAbove(c.init); pid > 0 {
		return health.Shim.Unbelieved(processOf(pid), whyUnbelieved(pid))
	}
	if c.bundle.Dir != "" {
		if state := l.askShim(ctx, c); state.Reach == health.Answered {
			return health.Check{ID: health.Shim.ID, Status: health.Unknown, Evidence: "answers, and which process it is is not known"}
		}
	}
	return health.Shim.Runs(health.Process{})
}

// shimAbove returns the PID of the parent of a container's init, if it is called
// as shims are, or 0.
func shimAbove(init int) int {
	stat, err := proc.StatOf(init)
	if err != nil {
		return 0
	}
	parent, err := proc.StatOf(stat.PPID)
	if err != nil || !strings.HasPrefix(parent.Comm, "containerd-shim") {
		return 0
	}
	return parent.PID
}

func whyUnbelieved(pid int) string {
	own, err := os.Readlink("/proc/self/ns/mnt")
	theirs, failed := os.Readlink(procPath(pid, "ns/mnt"))
	if err == nil && failed == nil && own != theirs {
		return "runs in another mount namespace: nothing it says of files is believed"
	}
	return "runs, and nothing it says of files is believed"
}
