package testbed

import (
	"strings"
	"testing"
)

// ExpectFailure checks that sidestep itself failed: the exit code, nothing on
// stdout, and on stderr one line with the error and one with the hint, which
// contain the given texts.
func ExpectFailure(t testing.TB, r Result, code int, errorText, hintText string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("exit code %d, want %d: %s", r.Code, code, r.Stderr)
	}
	if r.Stdout != "" {
		t.Errorf("stdout %q, want nothing", r.Stdout)
	}
	expectLine(t, r.Stderr, "sidestep: error: ", errorText)
	expectLine(t, r.Stderr, "sidestep: hint: ", hintText)
}

// expectLine checks that exactly one line has the prefix, and contains text.
func expectLine(t testing.TB, output, prefix, text string) {
	t.Helper()
	var found []string
	for line := range strings.Lines(output) {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			found = append(found, rest)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d lines begin with %q, want 1:\n%s", len(found), prefix, output)
		return
	}
	if !strings.Contains(found[0], text) {
		t.Errorf("%q is not in the line %q", text, prefix+found[0])
	}
}

// Equal checks that got is want.
func Equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}
