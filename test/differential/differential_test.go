package differential

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestSameAsRunc: in every configuration the process is the same.
func TestSameAsRunc(t *testing.T) {
	s := newSetting(t)
	w := newWorld(t, s)
	count := &count{refusals: map[string]int{}, debian: tally{}}
	for _, configuration := range matrix() {
		t.Run(configuration.name(), func(t *testing.T) {
			c := w.run(t, configuration)
			for _, e := range configuration.executions {
				s.compare(t, c, e, count)
			}
			c.remove(t)
		})
	}
	t.Logf("%d containers, %d commands started in each way by each tool, %d fields compared; %d refused by runc, %d by sidestep",
		len(matrix()), count.executions, count.fields, count.refusals[s.runc.name], count.refusals[s.sidestep.name])
	t.Logf("how often Debian's runc differs from the newest: %s", count.debian)
	checkExceptions(t)
}

// compare lets runc and sidestep start commands in the same way, and reports
// the fields in which they differ.
func (s *setting) compare(t *testing.T, c *subject, e execution, n *count) {
	t.Helper()
	want := s.examine(t, s.runc, c, e)
	got := s.examine(t, s.sidestep, c, e)
	n.executions++
	if e.what == plainly.what && want[outcome] == refused {
		t.Errorf("%s: runc starts nothing in the container", e)
	}
	for _, field := range toCompare(got, want) {
		n.fields++
		if d := (difference{field, got[field], want[field], e}); d.sidestep != d.runc && !d.excepted() {
			t.Errorf("%s: %s:\n\trunc     %q\n\tsidestep %q", e, field, shorten(d.runc, d.sidestep), shorten(d.sidestep, d.runc))
		}
	}
	for name, found := range map[string]fields{s.runc.name: want, s.sidestep.name: got} {
		if found[outcome] == refused {
			n.refusals[name]++
		}
	}
	if testing.Short() || e.what != plainly.what { // it is told, and decides nothing: a sample will do
		return
	}
	debian := s.examine(t, s.debian, c, e)
	for _, field := range toCompare(debian, want) {
		if debian[field] != want[field] {
			n.debian[field]++
		}
	}
}

// outcome is the field that says whether the command was started.
const (
	outcome = "outcome"
	refused = "refused"
)

// examine lets a tool start both commands and returns all that was found.
func (s *setting) examine(t *testing.T, tl tool, c *subject, e execution) fields {
	t.Helper()
	const quiet = "/bin/cat"
	p := s.start(t, tl, c, e, quiet)
	pid, ok := p.settle(t, quiet)
	if !ok {
		code := p.end(t)
		t.Logf("%s: %s refused with code %d: %s", e, tl.name, code, p.streams.stderr())
		return fields{outcome: refused}
	}
	found := observe(pid)
	found[outcome] = "started"
	found["exit code when killed"] = s.kill(t, p, pid, e)
	return s.ask(t, tl, c, e, found)
}

// kill kills the command and returns the tool's exit code. The hostile caller's
// commands may ignore SIGTERM.
func (s *setting) kill(t *testing.T, p *started, pid int, e execution) string {
	t.Helper()
	signal := syscall.SIGTERM
	if e.hostile {
		signal = syscall.SIGKILL
	}
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(p.end(t))
}

// ask adds what the probe says.
func (s *setting) ask(t *testing.T, tl tool, c *subject, e execution, found fields) fields {
	t.Helper()
	p := s.start(t, tl, c, e, "/probe", "42")
	found["exit code"] = fmt.Sprint(p.end(t))
	said := fields{}
	if err := json.Unmarshal(p.streams.out.Bytes(), &said); err != nil {
		t.Errorf("%s: %s: the probe said %q, %s", e, tl.name, p.streams.out.String(), p.streams.stderr())
	}
	for name, value := range said {
		found["probe "+name] = value
	}
	return found
}

// toCompare returns the names of the fields to compare: those of both, or the
// outcome alone when only one command was started.
func toCompare(a, b fields) []string {
	if a[outcome] != b[outcome] {
		return []string{outcome}
	}
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// shorten leaves out of a long text the lines that the other has too.
func shorten(text, other string) string {
	if len(text) < 300 {
		return text
	}
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == 0 })
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(other, line) }), "\n")
}
