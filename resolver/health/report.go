package health

import (
	"fmt"
	"slices"
)

// Verdict is what the checks mean together.
type Verdict string

// The verdicts. What is broken about a container is that plain `sidestep exec`
// fails; about a host, that no new container can be started.
const (
	Healthy  Verdict = "healthy"
	Degraded Verdict = "degraded"
	Broken   Verdict = "broken"
)

// ExitCode returns the exit code that says the same. The numbers are those of
// the plug-ins of Nagios and its heirs.
func (v Verdict) ExitCode() int {
	switch v {
	case Healthy:
		return 0
	case Degraded:
		return 1
	}
	return 2
}

// Report is all checks of a container, or of a host, in the order of causes:
// what comes first explains what comes after it.
type Report struct {
	Checks []Check
}

// Verdict returns the verdict. What could not be looked at is not healthy.
func (r Report) Verdict() Verdict {
	verdict := Healthy
	for _, c := range r.Checks {
		switch {
		case c.Status == Fail && c.Fatal:
			return Broken
		case c.Status != OK:
			verdict = Degraded
		}
	}
	return verdict
}

// Cause returns the check that explains the verdict: of the worst, the first.
// That there is no way in is the effect of something that comes before it.
func (r Report) Cause() (Check, bool) {
	for _, worst := range []func(Check) bool{
		func(c Check) bool { return c.Status == Fail && c.Fatal && c.ID != "enter" },
		func(c Check) bool { return c.Status == Fail },
		func(c Check) bool { return c.Status == Warn },
		func(c Check) bool { return c.Status == Unknown },
	} {
		if i := slices.IndexFunc(r.Checks, worst); i >= 0 {
			return r.Checks[i], true
		}
	}
	return Check{}, false
}

// Summary says the verdict's reason in one line.
func (r Report) Summary() string {
	cause, ok := r.Cause()
	if !ok {
		return fmt.Sprintf("all %d checks passed", len(r.Checks))
	}
	text := cause.Title() + ": " + cause.text()
	if more := r.Count(Fail, Warn) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// Count returns how many checks have one of the statuses.
func (r Report) Count(statuses ...Status) int {
	n := 0
	for _, c := range r.Checks {
		if slices.Contains(statuses, c.Status) {
			n++
		}
	}
	return n
}
