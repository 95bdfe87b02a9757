package doctor

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// limit is how long doctor may take, whatever hangs.
const limit = 2 * time.Second

// report is what doctor -o json says.
type report struct {
	Verdict   string
	ExitCode  int
	Summary   string
	TookMs    float64
	Container struct {
		ID, Namespace, Name, State string
		PID                        int
	}
	Checks []check

	code int // that doctor exited with
}

type check struct {
	ID, Subject, Container, Status, Evidence, Advice string
	Breaks                                           []string
	TookMs                                           float64
}

// diagnose runs doctor and returns its report.
func diagnose(t *testing.T, bed *testbed.Bed, args ...string) report {
	t.Helper()
	return reportOf(t, bed.Command(append([]string{"doctor", "-o", "json"}, args...)...))
}

// reportOf runs a command of doctor -o json and returns its report.
func reportOf(t *testing.T, command *exec.Cmd) report {
	t.Helper()
	began := time.Now()
	r := testbed.Run(t, command)
	took := time.Since(began)
	var found report
	if err := json.Unmarshal([]byte(r.Stdout), &found); err != nil {
		t.Fatalf("exit code %d, %q, %q: %v", r.Code, r.Stdout, r.Stderr, err)
	}
	found.code = r.Code
	testbed.Equal(t, "exit code in JSON", found.ExitCode, r.Code)
	testbed.Equal(t, "stderr", r.Stderr, "")
	if took > limit {
		t.Errorf("doctor took %v, of which it says %vms; want at most %v\n%s", took, found.TookMs, limit, found)
	}
	for _, c := range found.Checks {
		if bad := c.Status == "fail" || c.Status == "warn"; bad && c.Advice == "" {
			t.Errorf("%s: no advice: %+v", c.ID, c)
		}
	}
	return found
}

// String lists the checks that are not ok.
func (r report) String() string {
	text := fmt.Sprintf("%s: %s", r.Verdict, r.Summary)
	for _, c := range r.Checks {
		if c.Status != "ok" {
			text += fmt.Sprintf("\n\t%s %s %s %s (%s)", c.Status, c.ID, c.Subject, c.Evidence, c.Container)
		}
	}
	return text
}

// failed returns the IDs of the checks that have the status, each once.
func (r report) with(statuses ...string) []string {
	var ids []string
	for _, c := range r.Checks {
		if slices.Contains(statuses, c.Status) && !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// expect checks that exactly these checks fail, in this order, and which
// verdict that makes.
func (r report) expect(t *testing.T, verdict string, failed ...string) {
	t.Helper()
	got := r.with("fail")
	if r.Verdict != verdict || !slices.Equal(got, failed) {
		t.Errorf("want %s, failing %s; got %s", verdict, strings.Join(failed, " "), r)
	}
	want := map[string]int{"healthy": 0, "degraded": 1, "broken": 2}[verdict]
	testbed.Equal(t, "exit code", r.code, want)
}

// check returns the first check with an ID, which must be there.
func (r report) check(t *testing.T, id string) check {
	t.Helper()
	i := slices.IndexFunc(r.Checks, func(c check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no check %s in %s", id, r)
	}
	return r.Checks[i]
}

// evidence checks what a check has seen.
func (r report) evidence(t *testing.T, id, text string) {
	t.Helper()
	c := r.check(t, id)
	if seen := c.Subject + " " + c.Evidence; !strings.Contains(seen, text) {
		t.Errorf("%s: %q is not in %q", id, text, seen)
	}
}
