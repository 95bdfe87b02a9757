package vm

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// report collects what the tests of a machine print.
type report struct {
	log      io.Writer
	system   string // what the machine's init says of it: "kernel …"
	finished bool
	packages map[string]*outcome
	current  *outcome
}

// outcome is that of a package's tests.
type outcome struct {
	code    string // the exit code of its program; "" when it did not end
	results []result
	output  map[string][]string // by the name of the test; those before the first have ""
}

// result is how one test ended: PASS, FAIL or SKIP.
type result struct{ name, verdict string }

func newReport(log io.Writer) *report { return &report{log: log, packages: map[string]*outcome{}} }

var (
	verdict = regexp.MustCompile(`^\s*--- (PASS|FAIL|SKIP): (.*) \([0-9.]+s\)$`)
	running = regexp.MustCompile(`^=== (?:RUN|CONT|NAME)\s+(.*)$`)
)

// read reads the console to its end, and shows what is not the course of a
// test that passes.
func (r *report) read(console io.Reader) {
	lines := bufio.NewScanner(console)
	lines.Buffer(nil, 1<<20)
	test := ""
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), "\r")
		if r.frame(line) {
			test = ""
			continue
		}
		if match := running.FindStringSubmatch(line); match != nil {
			test = match[1]
			continue
		}
		if match := verdict.FindStringSubmatch(line); match != nil && r.current != nil {
			r.current.results = append(r.current.results, result{match[2], match[1]})
			if match[1] == "PASS" {
				continue
			}
		} else if r.current != nil {
			r.current.output[test] = append(r.current.output[test], line)
		}
		fmt.Fprintln(r.log, line)
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(r.log, "the console:", err)
	}
}

// frame takes the lines of the machine's init.
func (r *report) frame(line string) bool {
	words := strings.Fields(line)
	switch {
	case len(words) == 2 && words[0] == "begin":
		r.current = &outcome{output: map[string][]string{}}
		r.packages[words[1]] = r.current
	case len(words) == 3 && words[0] == "end" && r.packages[words[1]] != nil:
		r.packages[words[1]].code, r.current = words[2], nil
	case len(words) > 1 && words[0] == "kernel" && r.system == "":
		r.system = line
		return false
	case line == "finished":
		r.finished = true
	default:
		return false
	}
	return true
}

// tell makes a subtest of each test that the machine was to run.
func (r *report) tell(t *testing.T, list []tests) {
	for _, tests := range list {
		o := r.packages[tests.pkg]
		t.Run(tests.pkg, func(t *testing.T) {
			if o == nil {
				t.Fatal("its tests were not started")
			}
			for _, result := range o.results {
				t.Run(result.name, func(t *testing.T) {
					if result.verdict != "PASS" { // nothing is skipped: what was not tested has failed
						t.Errorf("%s in the machine: %s", result.verdict, strings.Join(o.output[result.name], "\n"))
					}
				})
			}
			if o.code != "0" || len(o.results) == 0 {
				t.Errorf("%d results, exit code %q", len(o.results), o.code)
			}
		})
	}
}
