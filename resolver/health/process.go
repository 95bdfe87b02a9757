package health

import "fmt"

// Process is what /proc says of one program of the chain.
type Process struct {
	PID   int
	State byte   // field 3 of /proc/PID/stat; 0: there is no such process
	Wchan string // the kernel function that it waits in, when State is D

	Threads int   // that have not been waited for, when State is Z
	Hidden  error // why it cannot be seen, when State is 0 for that reason
}

// unseen returns the check of a process that the caller cannot see.
func (p Process) unseen(c Check) Check {
	return Check{
		ID: c.ID, Subject: c.Subject, Status: Unknown, Evidence: fmt.Sprintf("is not to be seen: %v", p.Hidden),
		Advice: "run sidestep on the host itself, or in a pod with hostPID: true",
	}
}

// Role is what a program of the chain is for.
type Role struct {
	ID     string // of the check
	Breaks []Use  // when it does not run
	Gone   string // what to do when it has ended
	Fatal  bool
}

// The roles of the chain's programs. Without the daemon nobody takes the output
// of CRI's containers out of their pipes; without the shim, of nobody's.
var (
	Daemon = Role{ID: "containerd.process", Breaks: []Use{Exec, Stop, Logs, List, Create},
		Gone: "start it again (systemctl restart containerd): the containers run on meanwhile"}
	Shim = Role{ID: "shim.process", Breaks: []Use{Exec, Stop, Logs},
		Gone: "nobody looks after the container any more: save what you need with sidestep exec, then restart it"}
	Conmon = Role{ID: "conmon.process", Breaks: []Use{Exec, Logs},
		Gone: "nobody looks after the container any more: save what you need with sidestep exec, then restart it"}
)

// Runs judges a program of the chain by its process.
func (r Role) Runs(p Process) Check {
	c := Check{ID: r.ID, Status: Fail, Breaks: r.Breaks, Fatal: r.Fatal}
	if p.PID > 0 {
		c.Subject = fmt.Sprintf("PID %d", p.PID)
	}
	if p.Hidden != nil {
		return p.unseen(c)
	}
	switch p.State {
	case 0:
		c.Evidence, c.Advice = "is gone", r.Gone
	case 'Z', 'X':
		c.Evidence, c.Advice = "is a zombie: it has ended, and its parent has not waited for it", r.Gone
	case 'T':
		c.Evidence, c.Advice = "is stopped (state T, by a signal)", fmt.Sprintf("find out who stopped it, and let it go on: kill -CONT %d", p.PID)
	case 't':
		c.Evidence, c.Advice = "is stopped by a tracer (state t)", fmt.Sprintf("end the debugger that traces it: grep TracerPid /proc/%d/status", p.PID)
	case 'D':
		c.Status, c.Evidence = Warn, "waits in the kernel and cannot be interrupted (state D"+in(p.Wchan)+")"
		c.Advice = fmt.Sprintf("most often a disk or a file server does not answer: see dmesg and cat /proc/%d/stack", p.PID)
	default:
		return Check{ID: r.ID, Subject: c.Subject, Status: OK, Evidence: "runs"}
	}
	return c
}

// Unbelieved judges a program of the chain that is no witness: it may be another
// one, or in other namespaces, where a path means another file.
func (r Role) Unbelieved(p Process, why string) Check {
	c := r.Runs(p)
	if c.Status == OK {
		c.Status, c.Evidence = Unknown, why
		c.Advice = "run sidestep on the host itself, in its mount namespace"
	}
	return c
}

func in(wchan string) string {
	if wchan == "" || wchan == "0" {
		return ""
	}
	return ", in " + wchan
}

// Init is what /proc says of a container's first process.
type Init struct {
	Process
	Filtered bool // it has a seccomp filter, which is copied by stopping it
	Frozen   bool // its cgroup is: then it may look as if it waited in the kernel
}

// Runs judges the container's first process. Nothing else of the container
// lives without it, see pid_namespaces(7).
func (i Init) Runs() Check {
	c := Check{ID: "init.process", Subject: fmt.Sprintf("PID %d", i.PID)}
	everything := []Use{Enter, Exec, Stop, Logs}
	if i.Frozen && i.State == 'D' {
		c.Status, c.Evidence = OK, "is frozen with its cgroup"
		return c
	}
	if i.Hidden != nil {
		return i.unseen(c)
	}
	switch i.State {
	case 0:
		c.Status, c.Fatal, c.Evidence, c.Breaks = Fail, true, "is gone", everything
		c.Advice = "the container has ended: see why in its logs, and start it again"
	case 'Z', 'X':
		if i.Threads > 1 {
			c.Status, c.Fatal, c.Evidence, c.Breaks = Fail, true, "has lost its main thread, and other threads go on: its namespaces cannot be joined", []Use{Enter, Exec}
			c.Advice = fmt.Sprintf("end it, and start the container again: kill -KILL %d", i.PID)
			return c
		}
		c.Status, c.Fatal, c.Evidence, c.Breaks = Fail, true, "is a zombie: it has ended, and its shim has not waited for it", everything
		c.Advice = "its shim hangs or is gone: see the checks of the shim"
	case 'D':
		c.Status, c.Evidence, c.Breaks = Warn, "waits in the kernel and cannot be interrupted (state D"+in(i.Wchan)+")", []Use{Stop}
		c.Advice = fmt.Sprintf("no signal ends it before that wait does: see dmesg and cat /proc/%d/stack", i.PID)
		if i.Filtered {
			c.Status, c.Fatal, c.Breaks = Fail, true, []Use{Enter, Stop}
			c.Advice += "; enter it with --no-seccomp: copying its filter would wait for it"
		}
	case 'T':
		c.Status, c.Evidence, c.Breaks = Warn, "is stopped (state T, by a signal)", []Use{Stop}
		c.Advice = fmt.Sprintf("let it go on: kill -CONT %d", i.PID)
	case 't':
		c.Status, c.Evidence, c.Breaks = Warn, "is stopped by a tracer (state t)", []Use{Stop}
		c.Advice = fmt.Sprintf("end the debugger that traces it: grep TracerPid /proc/%d/status", i.PID)
		if i.Filtered {
			c.Status, c.Fatal, c.Breaks = Fail, true, []Use{Enter, Stop}
		}
	default:
		c.Status, c.Evidence = OK, "runs"
	}
	return c
}
