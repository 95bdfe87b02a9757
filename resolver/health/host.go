package health

import "fmt"

// Supply is how much of something the kernel has for all processes together.
type Supply struct {
	Used, Max uint64
	Setting   string // the kernel's setting that bounds it
}

// supplyWarn is the share, in percent, from which on a supply is short.
const supplyWarn = 90

// Tasks judges whether the host can have another process.
func (s Supply) Tasks() Check { return s.check("host.pids", "processes and threads") }

// Files judges whether the host can have another open file.
func (s Supply) Files() Check { return s.check("host.files", "open files") }

func (s Supply) check(id, what string) Check {
	c := Check{ID: id, Status: OK, Evidence: fmt.Sprintf("%d of %d %s", s.Used, s.Max, what)}
	everything := []Use{Enter, Exec, Stop, Create}
	switch {
	case s.Max == 0:
	case s.Used >= s.Max:
		c.Status, c.Breaks, c.Fatal = Fail, everything, true
		c.Advice = fmt.Sprintf("raise it: sysctl %s=%d", s.Setting, s.Max*2)
	case s.Used*100 >= s.Max*supplyWarn:
		c.Status, c.Breaks = Warn, everything
		c.Advice = "find out who has them, or raise " + s.Setting
	}
	return c
}

// Load is how many tasks run or wait to run, in the average of a minute.
type Load struct {
	Average    float64
	Processors int
}

// busyLoad is the load of each processor from which on a program that takes some
// milliseconds may take a second.
const busyLoad = 6

// Busy reports whether answers may be late only because the host is so busy.
func (l Load) Busy() bool { return l.Average >= busyLoad*float64(l.Processors) }

// Check judges whether the host has time for its programs.
func (l Load) Check() Check {
	c := Check{ID: "host.load", Status: OK, Evidence: fmt.Sprintf("%.1f tasks run or wait for %d processors", l.Average, l.Processors)}
	if l.Busy() {
		c.Status = Warn
		c.Advice = "see who takes the time (top): answers may be late for that alone, and --timeout 5s waits longer for them"
	}
	return c
}

// Shims returns the check of all shims that answer, as one.
func Shims(answered, all int) Check {
	return Check{ID: "shim.socket", Subject: fmt.Sprintf("%d of %d shims", answered, all), Status: OK, Evidence: "answer"}
}
