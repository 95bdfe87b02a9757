package sys

import (
	"os"

	"golang.org/x/sys/unix"
)

// Scheduler is how a process is scheduled, see sched_setattr(2).
type Scheduler struct {
	Policy                    uint32
	Flags                     uint64
	Nice                      int32
	Priority                  uint32
	Runtime, Deadline, Period uint64 // in nanoseconds
}

// SetScheduler changes how a process is scheduled. Requires at least Linux 3.14.
func SetScheduler(pid int, s Scheduler) error {
	attr := unix.SchedAttr{
		Size: unix.SizeofSchedAttr, Policy: s.Policy, Flags: s.Flags, Nice: s.Nice, Priority: s.Priority,
		Runtime: s.Runtime, Deadline: s.Deadline, Period: s.Period,
	}
	return os.NewSyscallError("sched_setattr", unix.SchedSetAttr(pid, &attr, 0))
}

// SetAffinity lets a process run on the given CPUs, or on all when there are
// none given. The kernel leaves out what the process's cpuset does not allow.
func SetAffinity(pid int, cpus []int) error {
	var set unix.CPUSet
	for _, cpu := range cpus {
		set.Set(cpu)
	}
	if cpus == nil {
		for i := range set {
			set[i] = ^set[i]
		}
	}
	return os.NewSyscallError("sched_setaffinity", unix.SchedSetaffinity(pid, &set))
}
