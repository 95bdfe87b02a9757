package health

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Entry is what came of looking for a way into a container.
type Entry struct {
	Took   time.Duration
	Err    error  // why there is none
	Late   bool   // there may be one: the time was too short to find it
	Advice string // what to do then
	Plan   string // what would be done
}

// Works judges whether sidestep would enter the container now.
func (e Entry) Works() Check {
	if e.Err == nil {
		return Check{ID: "enter", Status: OK, Took: e.Took, Evidence: e.Plan}
	}
	if e.Late {
		return Check{
			ID: "enter", Status: Unknown, Took: e.Took, Evidence: "the time was too short to find out whether sidestep exec works: " + e.Err.Error(),
			Advice: "try it, or wait longer with --timeout 5s",
		}
	}
	return Check{
		ID: "enter", Status: Fail, Fatal: true, Took: e.Took, Evidence: "sidestep exec would fail: " + e.Err.Error(),
		Breaks: []Use{Enter}, Advice: e.Advice,
	}
}

// Naming is which process a source names for a container.
type Naming struct {
	Who string
	PID int
}

// Agree judges whether all that name a process name the same.
func Agree(all []Naming) (Check, bool) {
	c := Check{ID: "pid.sources", Status: OK}
	if len(all) == 0 {
		return c, false
	}
	var names []string
	for _, n := range all {
		names = append(names, fmt.Sprintf("%s PID %d", n.Who, n.PID))
	}
	if slices.ContainsFunc(all, func(n Naming) bool { return n.PID != all[0].PID }) {
		c.Status, c.Breaks = Fail, []Use{Exec, Stop}
		c.Evidence = "they disagree: " + strings.Join(names, ", ")
		c.Advice = "look at the processes (ps -o pid,lstart,args -p PID): one of them is of an earlier run of the container"
		return c, true
	}
	names = names[:0]
	for _, n := range all {
		names = append(names, n.Who)
	}
	c.Evidence = fmt.Sprintf("PID %d, by %s", all[0].PID, strings.Join(names, ", "))
	return c, true
}

// Namespaces judges whether the namespaces of a container can be read.
func Namespaces(own, shared []string, err error) Check {
	if err != nil {
		return Check{
			ID: "init.namespaces", Status: Fail, Fatal: true, Evidence: fmt.Sprintf("cannot be read: %v", err),
			Breaks: []Use{Enter, Exec}, Advice: "run it as root of the host, with CAP_SYS_PTRACE",
		}
	}
	evidence := strings.Join(own, ",")
	if len(own) == 0 {
		evidence = "none of its own"
	}
	if len(shared) > 0 {
		evidence += "; the host's: " + strings.Join(shared, ",")
	}
	return Check{ID: "init.namespaces", Status: OK, Evidence: evidence}
}

// Notify judges whether there is somebody to answer for the system calls about
// which a container's seccomp filter asks a supervisor (seccomp_unotify(2)). Its
// socket gets the listener of each process that is put into the container.
func Notify(a Answer, syscalls []string) Check {
	const most = 4
	names := strings.Join(syscalls[:min(len(syscalls), most)], ",")
	if len(syscalls) > most {
		names += ",…"
	}
	c := a.check("seccomp.notify", []Use{Enter, Exec, Create})
	switch {
	case a.From == "":
		c = Check{ID: c.ID, Status: Fail, Breaks: []Use{Enter, Exec, Create}, Evidence: "the container's record names no supervisor"}
	case a.Reach == Answered:
		c.Evidence += " and is asked about " + names
		return c
	}
	c.Fatal = true
	c.Evidence += ", and the seccomp filter asks it about " + names
	c.Advice = "start the supervisor again: the calls fail or wait until then; sidestep exec --no-seccomp leaves the filter out"
	return c
}
