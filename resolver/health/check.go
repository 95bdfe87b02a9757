package health

import (
	"strings"
	"time"
)

// Status is how a link of the chain is.
type Status string

// The statuses of a check. Unknown is a link that could not be looked at, for
// instance because another one, which failed, is on the way.
const (
	OK      Status = "ok"
	Warn    Status = "warn"
	Fail    Status = "fail"
	Unknown Status = "unknown"
)

// Use is something that people do with a container and that depends on links
// of the chain.
type Use string

// The uses. Exec is docker's, ctr's, crictl's and kubectl's: they all go
// through the same chain.
const (
	Enter  Use = "sidestep exec"
	Exec   Use = "exec"
	Stop   Use = "stop"
	Logs   Use = "logs"
	List   Use = "ps"
	Create Use = "new containers"
)

// Check is one link of the chain.
type Check struct {
	ID        string // what is checked, such as "shim.socket": it never changes its meaning
	Subject   string // which one: a path, a PID; may be empty
	Container string // NAMESPACE/ID of the container that it is about, where a report is about many
	Status    Status
	Took      time.Duration // until the answer; 0: nothing was waited for
	Evidence  string        // what was seen, in words that follow the subject
	Breaks    []Use         // what fails with this link; nil when it is OK
	Advice    string        // what to do; "" when it is OK
	Fatal     bool          // the main job fails: see Report
}

// Title names what is checked, for people.
func (c Check) Title() string { return strings.ReplaceAll(c.ID, ".", " ") }

// text returns what was seen of what.
func (c Check) text() string {
	if c.Subject == "" {
		return c.Evidence
	}
	return c.Subject + " " + c.Evidence
}

// NotAsked returns the check of a link that was not looked at, for a reason.
func NotAsked(id, subject, reason string) Check {
	return Check{ID: id, Subject: subject, Status: Unknown, Evidence: "was not asked: " + reason}
}
