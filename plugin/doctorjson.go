package plugin

import (
	"time"

	"github.com/sidestep-dev/sidestep/resolver"
	"github.com/sidestep-dev/sidestep/resolver/doctor"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// doctorOutput is what doctor -o json shows. Its fields, the IDs of the checks
// and the words of status, verdict and breaks are for programs: they stay.
type doctorOutput struct {
	Verdict   health.Verdict   `json:"verdict"`  // healthy, degraded or broken
	ExitCode  int              `json:"exitCode"` // 0, 1 or 2
	Summary   string           `json:"summary"`  // the first cause, for people
	TookMs    float64          `json:"tookMs"`
	Container *doctorContainer `json:"container,omitempty"` // not in a host's report
	Checks    []checkOutput    `json:"checks"`              // what comes first explains what comes after
}

// doctorContainer is the container that a report is about.
type doctorContainer struct {
	ID        string         `json:"id"`
	Namespace string         `json:"namespace,omitempty"`
	Name      string         `json:"name,omitempty"`
	Pod       *podOutput     `json:"pod,omitempty"`
	PID       int            `json:"pid,omitempty"` // 0: there is none that can be entered
	State     resolver.State `json:"state"`
	Source    string         `json:"source,omitempty"` // who named the PID
}

// checkOutput is one check.
type checkOutput struct {
	ID        string        `json:"id"`
	Subject   string        `json:"subject,omitempty"`   // which one: a path, a PID
	Container string        `json:"container,omitempty"` // NAMESPACE/ID, in a host's report
	Status    health.Status `json:"status"`              // ok, warn, fail or unknown
	TookMs    float64       `json:"tookMs"`              // until the answer; 0: nothing was waited for
	Evidence  string        `json:"evidence"`            // words that follow the subject
	Breaks    []health.Use  `json:"breaks,omitempty"`    // what fails with it
	Advice    string        `json:"advice,omitempty"`
}

func newDoctorOutput(r *doctor.Report) doctorOutput {
	out := doctorOutput{
		Verdict: r.Verdict(), ExitCode: r.Verdict().ExitCode(), Summary: r.Summary(), TookMs: milliseconds(r.Took),
		Checks: []checkOutput{},
	}
	if c := r.Container; c != nil {
		out.Container = &doctorContainer{
			ID: c.ID, Namespace: c.Namespace, Name: c.Name, Pod: newPodOutput(c.Pod), PID: r.PID, State: r.State, Source: r.Source,
		}
	}
	for _, c := range r.Checks {
		out.Checks = append(out.Checks, checkOutput{
			ID: c.ID, Subject: c.Subject, Container: c.Container, Status: c.Status, TookMs: milliseconds(c.Took),
			Evidence: c.Evidence, Breaks: c.Breaks, Advice: c.Advice,
		})
	}
	return out
}

// milliseconds returns a time in milliseconds, to a hundredth of one.
func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}
