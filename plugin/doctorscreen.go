package plugin

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver/doctor"
	"github.com/sidestep-dev/sidestep/resolver/health"
)

// The escape sequences of the statuses on a terminal, and of the verdicts.
var (
	statusColours  = map[health.Status]string{health.OK: "32", health.Warn: "1;33", health.Fail: "1;31", health.Unknown: "1;35"}
	verdictColours = map[health.Verdict]string{health.Healthy: "1;32", health.Degraded: "1;33", health.Broken: "1;31"}
)

// statusWords are as long as each other, so that what is wrong stands out.
var statusWords = map[health.Status]string{health.OK: "ok  ", health.Warn: "WARN", health.Fail: "FAIL", health.Unknown: "?   "}

// writeReport writes a report for people: what it is about, a line for each
// check, below those that failed what breaks and what to do, and the verdict.
func writeReport(w io.Writer, r *doctor.Report, coloured bool) error {
	s := screen{coloured: coloured, width: widthOf(w)}
	for _, line := range wrap(headline(r), s.width) {
		s.line(0, line)
	}
	s.text.WriteByte('\n')
	width := 0
	for _, c := range r.Checks {
		width = max(width, len(c.Title()))
	}
	for _, c := range r.Checks {
		s.check(c, width)
	}
	s.text.WriteByte('\n')
	verdict := r.Verdict()
	text := fmt.Sprintf("%s: %s", verdict, shown(r.Summary()))
	if verdict == health.Degraded && r.Container != nil {
		text += "; sidestep exec works"
	}
	summary := wrap(text+"; took "+shortTime(r.Took), s.width)
	s.text.WriteString(s.paint(verdictColours[verdict], string(verdict)))
	s.text.WriteString(strings.TrimPrefix(strings.Join(summary, "\n"), string(verdict)) + "\n")
	if _, err := io.WriteString(w, s.text.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func headline(r *doctor.Report) string {
	if r.Container == nil {
		return r.About
	}
	text := describe(*r.Container)
	if p := r.Container.Pod; p != nil {
		text += fmt.Sprintf(" of pod %q", p.Namespace+"/"+p.Name)
	}
	if r.Container.Namespace != "" {
		text += fmt.Sprintf(", namespace %q", r.Container.Namespace)
	}
	if r.PID > 0 {
		text += fmt.Sprintf(", PID %d", r.PID)
	}
	return text + ", " + string(r.State)
}

// screen is a report that is being laid out.
type screen struct {
	text     strings.Builder
	coloured bool
	width    int // of the whole report, in characters
}

func (s *screen) paint(colour, text string) string {
	if !s.coloured {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// check writes a check: STATUS TITLE TIME EVIDENCE.
func (s *screen) check(c health.Check, width int) {
	const timeWidth = 6
	took := ""
	if c.Took > 0 {
		took = shortTime(c.Took)
	}
	evidence := c.Evidence
	if c.Subject != "" {
		evidence = c.Subject + " " + evidence
	}
	if c.Container != "" {
		evidence += " (" + c.Container + ")"
	}
	indent := len("FAIL") + 2 + width + 2 + timeWidth + 2
	lines := wrap(shown(evidence), s.width-indent)
	fmt.Fprintf(&s.text, "%s  %-*s  %*s  %s\n", s.paint(statusColours[c.Status], statusWords[c.Status]), width, c.Title(), timeWidth, took, lines[0])
	for _, line := range lines[1:] {
		s.line(indent, line)
	}
	if c.Status == health.OK {
		return
	}
	if len(c.Breaks) > 0 {
		uses := make([]string, len(c.Breaks))
		for i, use := range c.Breaks {
			uses[i] = string(use)
		}
		label := "breaks"
		if c.Status == health.Warn {
			label = "at risk"
		}
		s.labelled(label, strings.Join(uses, ", "))
	}
	if c.Advice != "" {
		s.labelled("do", escape.Text(c.Advice))
	}
}

// labelled writes a text below a check.
func (s *screen) labelled(label, text string) {
	const indent, labelWidth = 6, 9
	for i, line := range wrap(text, s.width-indent-labelWidth) {
		if i > 0 {
			label = ""
		}
		s.line(indent, fmt.Sprintf("%-*s%s", labelWidth, label, line))
	}
}

func (s *screen) line(indent int, text string) {
	fmt.Fprintf(&s.text, "%*s%s\n", indent, "", text)
}

// longWord is an absolute path or else an ID. It is compiled when it is needed:
// each program that this is a part of would take the time at its start.
var longWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\B/\S*|[0-9a-f]{64}`) })

// shown makes a text fit for the screen: nothing unprintable, and of an ID as
// much as people read. What is to be copied keeps it whole: paths, and the
// advice.
func shown(text string) string {
	return longWord().ReplaceAllStringFunc(escape.Text(text), func(word string) string {
		if word[0] == '/' {
			return word
		}
		return shortID(word)
	})
}

// wrap breaks a text at blanks into lines of a width; what has no blank stays
// whole.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

// shortTime writes a time in six characters at most.
func shortTime(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%.0fms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
}
