package health

import "fmt"

// Usage is what a cgroup uses of what it may: of a container's cgroup and those
// above it, the one that has the least left.
type Usage struct {
	Cgroup    string
	Used, Max uint64 // Max 0: there is no limit
	Events    uint64 // how often the limit was hit, or the kernel killed for it
	Stuck     bool   // memory: tasks wait because the limit is hit and nothing may be killed
}

// What an exec takes: runc's own threads count too.
const (
	pidsNeed    = 16
	memoryWarn  = 90 // percent
	memoryFull  = 98 // percent
	memoryLeast = 1 << 20
)

// Freezer is whether a container is paused, and what keeps others out of it then.
type Freezer struct {
	Cgroup   string
	Frozen   bool
	V1       bool // it is cgroup v1's: a process that it holds does not stop for ptrace(2)
	Filtered bool // init has a seccomp filter, which is copied by stopping it
}

// Paused judges whether a container is paused.
func (f Freezer) Paused() Check {
	if !f.Frozen {
		return Check{ID: "cgroup.frozen", Status: OK, Evidence: "not paused"}
	}
	options := "--no-cgroup"
	if f.V1 && f.Filtered {
		options += " --no-seccomp"
	}
	return Check{
		ID: "cgroup.frozen", Subject: f.Cgroup, Status: Fail, Fatal: true, Evidence: "is frozen: the container is paused",
		Breaks: []Use{Enter, Exec, Stop},
		Advice: "resume it (docker unpause, ctr task resume), or enter it as it is: sidestep exec " + options,
	}
}

// Pids judges whether a container may have another process (pids.max).
func (u Usage) Pids() Check {
	c := Check{ID: "cgroup.pids", Status: OK, Evidence: "no limit"}
	if u.Max == 0 {
		return c
	}
	c.Subject, c.Evidence = u.Cgroup, fmt.Sprintf("has %d of %d processes and threads (pids.max)", u.Used, u.Max)
	switch {
	case u.Used >= u.Max:
		c.Status, c.Fatal, c.Breaks = Fail, true, []Use{Enter, Exec}
		c.Advice = "end some of its processes, or raise pids.max; sidestep exec --no-cgroup gets in meanwhile"
	case u.Max-u.Used < min(pidsNeed, u.Max/2):
		c.Status, c.Breaks = Warn, []Use{Exec}
		c.Advice = "end some of its processes, or raise pids.max: runc exec alone takes several threads"
	}
	return c
}

// Uncounted returns the check of Pids for a way in that a full cgroup does not
// bar: where the last process is moved there, and so is counted and not refused.
func (c Check) Uncounted() Check {
	if c.ID == "cgroup.pids" && c.Fatal {
		c.Fatal, c.Breaks = false, []Use{Exec}
		c.Advice = "end some of its processes, or raise pids.max; sidestep exec gets in meanwhile"
	}
	return c
}

// Memory judges how much memory a container has left. Used is what cannot be
// given back without swapping: usage without the cache of files that are not
// in use, as Kubernetes counts it.
func (u Usage) Memory() Check {
	c := Check{ID: "cgroup.memory", Status: OK, Evidence: "no limit"}
	if u.Max == 0 {
		return c
	}
	c.Subject, c.Evidence = u.Cgroup, fmt.Sprintf("uses %s of %s", size(u.Used), size(u.Max))
	switch {
	case u.Stuck:
		c.Status, c.Breaks = Fail, []Use{Exec, Stop}
		c.Evidence += ", and waits for memory: the limit is reached and the OOM killer is off"
		c.Advice = "raise the limit (memory.limit_in_bytes), or end a process of it from the host: kill -KILL PID"
	case u.Used*100 >= u.Max*memoryFull || u.Max-u.Used < min(memoryLeast, u.Max/10):
		c.Status, c.Breaks = Fail, []Use{Exec}
		c.Advice = "raise the limit or end something in it: the kernel may kill what is started in it, or what is there for it"
	case u.Used*100 >= u.Max*memoryWarn:
		c.Status, c.Breaks = Warn, []Use{Exec}
		c.Advice = "raise the limit before the kernel kills for it"
	}
	return c
}

// OOM judges whether the kernel has killed processes of the container because
// it had reached its limit of memory.
func (u Usage) OOM() Check {
	if u.Events == 0 {
		return Check{ID: "cgroup.oom", Status: OK, Evidence: "no process was killed for lack of memory"}
	}
	return Check{
		ID: "cgroup.oom", Subject: u.Cgroup, Status: Warn, Evidence: fmt.Sprintf("lost %s to the OOM killer since it started", times(u.Events, "process", "processes")),
		Advice: "see which, and when: dmesg -T | grep -i oom; the container may miss a process that it needs",
	}
}

func times(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
