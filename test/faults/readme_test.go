package faults

import (
	"os"
	"strings"
	"testing"
)

// The table is between these lines of the README.
const (
	readme     = "../../README.md"
	tableBegin = "<!-- test/faults: begin -->\n"
	tableEnd   = "<!-- test/faults: end -->\n"
)

// split returns the README before the table, the table, and what is after it.
func split(t *testing.T) (before, table, after string) {
	t.Helper()
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(data), tableBegin)
	table, after, ends := strings.Cut(rest, tableEnd)
	if !begins || !ends {
		t.Fatalf("%s has no lines %q and %q", readme, tableBegin, tableEnd)
	}
	return before, table, after
}

func readTable(t *testing.T) string {
	t.Helper()
	_, table, _ := split(t)
	return table
}

func writeTable(t *testing.T, table string) {
	t.Helper()
	before, _, after := split(t)
	if err := os.WriteFile(readme, []byte(before+tableBegin+table+tableEnd+after), 0o600); err != nil {
		t.Fatal(err)
	}
}
