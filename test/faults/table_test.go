package faults

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the table into README.md")

// cell is how one command ended once.
type cell struct {
	row, column, verdict string
	took                 time.Duration
}

// table collects how all commands ended. It is safe for concurrent use.
type table struct {
	mu     sync.Mutex
	cells  []cell
	worlds []string // that have been through all faults
}

func (t *table) add(row, column, verdict string, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cells = append(t.cells, cell{row, column, verdict, took})
}

func (t *table) finished(world string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.worlds = append(t.worlds, world)
}

// rows returns the names of the rows, in the order of the faults.
func (t *table) rows() []string {
	var names []string
	for _, f := range append(faults(), crowdFault()) {
		if slices.ContainsFunc(t.cells, func(c cell) bool { return c.row == f.name }) {
			names = append(names, f.name)
		}
	}
	return names
}

// text returns what the table says of a command: each verdict that it had,
// with the median of its times in ms.
func (t *table) text(row, column string) string {
	var verdicts []string
	took := map[string][]time.Duration{}
	for _, c := range t.cells {
		if c.row == row && c.column == column {
			if took[c.verdict] == nil {
				verdicts = append(verdicts, c.verdict)
			}
			took[c.verdict] = append(took[c.verdict], c.took)
		}
	}
	slices.Sort(verdicts)
	for i, verdict := range verdicts {
		if all := took[verdict]; verdict != hangs {
			slices.Sort(all)
			verdicts[i] = fmt.Sprintf("%s %d", verdict, all[len(all)/2].Milliseconds())
		}
	}
	if len(verdicts) == 0 {
		return "–"
	}
	return strings.Join(verdicts, ", ")
}

// markdown returns the table as the README has it. Rows that were not measured
// are those of the table that is there.
func (t *table) markdown(there string) string {
	old := map[string]string{}
	for line := range strings.Lines(there) {
		if cells := strings.SplitN(line, "|", 3); len(cells) == 3 {
			old[rowKey(cells[1])] = line
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| fault | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	measured := t.rows()
	for _, f := range append(faults(), crowdFault()) {
		if !slices.Contains(measured, f.name) {
			b.WriteString(old[rowKey(f.name)])
			continue
		}
		fmt.Fprintf(&b, "| %s |", f.name)
		for _, column := range columns {
			fmt.Fprintf(&b, " %s |", t.text(f.name, column))
		}
		b.WriteString("\n")
	}
	return b.String()
}

var (
	times = regexp.MustCompile(` [0-9]+(,|$)`)
	crowd = regexp.MustCompile(`among [0-9]+`)
)

// rowKey returns what a row is known by: the number of containers of the crowd
// is no part of it.
func rowKey(name string) string { return crowd.ReplaceAllString(strings.TrimSpace(name), "among many") }

// parse returns the verdicts of a table in Markdown, by row and column.
func parse(markdown string) map[[2]string]string {
	found := map[[2]string]string{}
	var header []string
	for line := range strings.Lines(markdown) {
		fields := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		switch {
		case len(fields) < 2 || strings.HasPrefix(fields[0], "--"):
		case header == nil:
			header = fields
		default:
			for i := 1; i < min(len(fields), len(header)); i++ {
				found[[2]string{rowKey(fields[0]), header[i]}] = times.ReplaceAllString(fields[i], "$1")
			}
		}
	}
	return found
}

// byChance reports whether how a command ends depends on how the scarce things
// that it needs are spent just then. What sidestep does does not.
func byChance(row, column string) bool {
	peer := slices.Index(columns, column) >= slices.Index(columns, "runc exec")
	return peer && slices.ContainsFunc(faults(), func(f fault) bool { return f.name == row && f.scarce })
}

// publish writes the table into the README, or compares its verdicts with
// those that are there.
func (t *table) publish(test *testing.T) {
	test.Logf("verdicts, with times in ms:\n%s", t.markdown(""))
	if len(t.worlds) < len(worlds()) {
		return // some did not run, or ended with an error
	}
	if *update {
		writeTable(test, t.markdown(readTable(test)))
		return
	}
	there := parse(readTable(test))
	for place, verdict := range parse(t.markdown("")) {
		if there[place] != verdict && !byChance(place[0], place[1]) {
			test.Errorf("%s: %s: README.md says %q, now it is %q: see go doc ./test/faults", place[0], place[1], there[place], verdict)
		}
	}
}
