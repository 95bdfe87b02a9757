package health

import "fmt"

// Life is what is known of a container's process.
type Life int

// The lives. A container is Idle when it was not started, or when its process
// has ended.
const (
	Unsure Life = iota
	Running
	Idle
)

// Record is what a containerd says of a container's record.
type Record struct {
	Answer
	Missing  bool // it has none
	Life     Life
	ByDocker bool // the container is Docker's, which deletes the record when it ends
}

// Metadata judges whether a containerd has the record of a container.
func (r Record) Metadata() Check {
	breaks := []Use{Exec, Stop, List}
	c := r.check("containerd.metadata", breaks)
	switch {
	case r.Reach == Silent:
		c.Advice = "its database is locked or its disk hangs: journalctl -u containerd; who has it open: fuser -v ROOT/io.containerd.metadata.v1.bolt/meta.db"
	case r.Reach != Answered:
		c.Advice = "journalctl -u containerd"
	case !r.Missing:
	case r.Life == Idle && r.ByDocker:
		c.Evidence = "has no record of the container: it gets one when Docker starts it"
	case r.Life == Idle:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence = "has no record of the container, which does not run"
		c.Advice = "it was removed, and some of its files were left behind: run it anew"
	case r.Life == Running:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence = "has no record of the container, whose process runs"
		c.Advice = "it was removed while it ran, or the database was lost: save what you need with sidestep exec, then end its process"
	default:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence = "has no record of the container"
		c.Advice = "it was removed, or the database was lost: see whether a process of it runs (lsns -t pid)"
	}
	return c
}

// TaskState is what a containerd says of a container's task.
type TaskState struct {
	Answer
	Missing bool // it has no task
	PID     int  // 0: old daemons answer so for a shim that does not
	Status  string
	Stopped bool // so it says of the task; the PID is that of nobody then
	Life    Life
}

// Task judges what a containerd says of a container's task, which it has from
// the shim.
func (t TaskState) Task() Check {
	breaks := []Use{Exec, Stop}
	c := t.check("containerd.task", breaks)
	const again = "restart containerd, which connects to the shims again"
	switch {
	case t.Reach == Silent:
		c.Advice = "containerd waits for the container's shim: see the checks of the shim"
	case t.Reach != Answered:
		c.Advice = "journalctl -u containerd"
	case t.Stopped && t.Life == Running:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence, c.Advice = "says that the task is stopped, but its process runs", again
	case t.Stopped:
		c.Evidence = "says that the task is stopped"
	case t.Missing && t.Life == Idle:
		c.Evidence = "has no task of the container, which does not run"
	case t.Missing && t.Life == Running:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence, c.Advice = "has no task of the container, whose process runs: containerd has lost its shim", again
	case t.Missing:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence = "has no task of the container: it does not run, or containerd has lost its shim"
		c.Advice = "if its process runs, " + again + "; else start the container"
	case t.PID == 0:
		c.Status, c.Breaks = Fail, breaks
		c.Evidence = fmt.Sprintf("answers without a process after %s: its shim does not answer", inWords(t.Took))
		c.Advice = "see the checks of the shim"
	default:
		c.Evidence = fmt.Sprintf("names PID %d, %s", t.PID, t.Status)
	}
	return c
}
