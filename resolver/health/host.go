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

// Shims returns the check of all shims that answer, as one.
func Shims(answered, all int) Check {
	return Check{ID: "shim.socket", Subject: fmt.Sprintf("%d of %d shims", answered, all), Status: OK, Evidence: "answer"}
}
