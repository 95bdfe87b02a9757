package health

import (
	"fmt"
	"time"
)

// Reach is how far a question to one of the chain's programs came.
type Reach int

// How far questions come.
const (
	Answered  Reach = iota // and the answer is one
	NoSocket               // there is nothing at the address
	NotSocket              // what is there is something else, or nothing can be
	NoOne                  // there is a file, but nobody behind it
	Forbidden              // the caller may not connect
	Stranger               // what answers is something else, or refuses
	Silent                 // nothing came before the deadline
)

// Answer is what came of a question.
type Answer struct {
	From  string // the address that was asked
	Asked int    // the PID of who was asked; 0: not known
	Ill   bool   // their process has a check that fails
	Took  time.Duration
	Reach Reach
	Says  string // what was answered, or why there is no answer
}

// check returns the check of an answer: OK, or a failure without advice.
func (a Answer) check(id string, breaks []Use) Check {
	c := Check{ID: id, Subject: a.From, Status: Fail, Took: a.Took, Breaks: breaks}
	switch a.Reach {
	case Answered:
		return Check{ID: id, Subject: a.From, Status: OK, Took: a.Took, Evidence: a.Says}
	case NoSocket:
		c.Evidence = "does not exist"
	case NotSocket:
		c.Evidence = a.Says
	case NoOne:
		c.Evidence = "exists, and nobody listens on it"
	case Forbidden:
		c.Evidence = "may not be connected to: permission denied"
	case Silent:
		c.Evidence = "does not answer in " + inWords(a.Took)
	case Stranger:
		c.Evidence = "answers wrongly: " + a.Says
	}
	return c
}

// stacks says how to see where a containerd or a shim hangs: both write the
// stacks of their goroutines into containerd's log when they get SIGUSR1.
func (a Answer) stacks() string {
	if a.Asked == 0 {
		return ""
	}
	return fmt.Sprintf("; where it hangs: kill -USR1 %d, then containerd's log", a.Asked)
}

// inWords writes a time as people say it.
func inWords(d time.Duration) string {
	switch {
	case d >= 100*time.Millisecond:
		return d.Round(100 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}

// DaemonSocket judges whether a containerd can be connected to.
func DaemonSocket(a Answer) Check {
	c := a.check("containerd.socket", Daemon.Breaks)
	switch a.Reach {
	case Answered:
	case Silent:
		c.Evidence = "does not take connections: its queue is full"
		c.Advice = "containerd hangs: see its process, then journalctl -u containerd"
	case Forbidden:
		c.Advice = "see who may open it: ls -l " + a.From
	case NotSocket:
		c.Advice = "name the socket of containerd with -a SOCKET; if this is its place, see what is there instead: ls -ld " + a.From
	default:
		c.Advice = "containerd does not run, or listens elsewhere: systemctl status containerd; the containers run on meanwhile"
	}
	return c
}

// DaemonAPI judges whether a containerd answers to questions.
func DaemonAPI(a Answer) Check {
	c := a.check("containerd.api", Daemon.Breaks)
	switch a.Reach {
	case Answered:
	case Silent:
		c.Evidence = "takes connections and does not answer in " + inWords(a.Took)
		c.Advice = "containerd hangs, or waits for a lock of its database: journalctl -u containerd" + a.stacks()
		if a.Ill {
			c.Advice = "see its process, above"
		}
	case Stranger:
		c.Advice = "is it containerd that listens there? ss -xlp | grep " + a.From
	default:
		c.Advice = "systemctl status containerd"
	}
	return c
}

// Docker judges whether Docker's daemon answers.
func Docker(a Answer) Check {
	c := a.check("docker.api", []Use{Exec, Stop, Logs, List, Create})
	if a.Reach != Answered {
		c.Advice = "systemctl status docker; journalctl -u docker"
	}
	return c
}

// ShimState is what a shim says of a container's task.
type ShimState struct {
	Answer
	Missing bool // it knows no such task
	PID     int
	Status  string
}

// Socket judges whether a shim answers.
func (s ShimState) Socket() Check {
	c := s.check("shim.socket", Shim.Breaks)
	switch {
	case s.Reach == Silent:
		c.Advice = "the shim hangs" + s.stacks()
		if s.Ill {
			c.Advice = "see its process, above"
		}
	case s.Reach == NoSocket:
		c.Advice = "somebody has removed it: containerd cannot be restarted without losing the container"
	case s.Reach == NoOne:
		c.Advice = "the shim has ended: save what you need with sidestep exec, then restart the container"
	case s.Reach != Answered:
		c.Advice = "see containerd's log: journalctl -u containerd"
	case s.Missing:
		c.Status, c.Breaks = Fail, Shim.Breaks
		c.Evidence = "answers, and knows no such task"
		c.Advice = "restart the container: its shim looks after others only"
	default:
		c.Evidence = fmt.Sprintf("names PID %d, %s", s.PID, s.Status)
	}
	return c
}
