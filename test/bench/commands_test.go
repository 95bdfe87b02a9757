package bench

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// references measures the ways to name a container, and the commands.
func (w *world) references(b *testing.B) {
	c := w.plain
	pid := strconv.Itoa(c.PID)
	tools := []tool{nsenter(c.PID)}
	for _, reference := range [][2]string{
		{"full ID", c.ID}, {"prefix", c.ID[:40]}, {"name", "web"}, {"pod/NS/POD/CONTAINER", "pod/ns-a/pod/main"}, {"pid:N", "pid:" + pid},
	} {
		tools = append(tools, tool{"exec by " + reference[0], w.exec(reference[1]).args})
	}
	empty := w.empty(b)
	tools = append(tools,
		tool{"pid", []string{w.sidestep, "pid", c.ID}}, tool{"ps", []string{w.sidestep, "ps"}},
		tool{"version", []string{w.sidestep, "version"}}, tool{"an empty Go program", []string{empty}})
	for _, source := range []string{"containerd", "shim", "bundle", "runtime", "proc"} {
		t := tool{"exec with --source " + source, []string{w.sidestep, "--source", source, "exec", c.ID, "true"}}
		if _, err := run(t.args); err == nil {
			tools = append(tools, t)
		}
	}
	results := contest(b, w.rounds, tools)
	s := w.add("The ways to name a container, and other commands")
	s.contestRows(results)
	at := slices.IndexFunc(results, func(r result) bool { return r.name == "version" })
	s.note("`version` takes %s × an empty Go program.", times(ratio(results[at].wall, results[at+1].wall)))
}

// empty builds a Go program that does nothing.
func (w *world) empty(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	for name, text := range map[string]string{"go.mod": "module empty\n", "main.go": "package main\n\nfunc main() {}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(dir, "empty")
	if _, err := output("go", "build", "-C", dir, "-trimpath", "-ldflags", "-s -w", "-o", path, "."); err != nil {
		b.Fatal(err)
	}
	install(b, path)
	return path
}

var initLine = regexp.MustCompile(`^init (\S+) @\S+ ms, (\S+) ms clock, (\d+) bytes`)

// startUp says which packages take their time to initialise.
func (w *world) startUp(b *testing.B) {
	out, err := output("/usr/bin/env", "GODEBUG=inittrace=1", w.sidestep, "version")
	if err != nil {
		b.Fatal(err)
	}
	s := w.add("Start-up by package", "package", "ms", "bytes")
	var all [][]string
	total := 0.0
	for line := range strings.Lines(out) {
		if m := initLine.FindStringSubmatch(line); m != nil {
			n, _ := strconv.ParseFloat(m[2], 64)
			total += n
			all = append(all, m[1:])
		}
	}
	slices.SortStableFunc(all, func(x, y []string) int {
		a, _ := strconv.ParseFloat(x[1], 64)
		b, _ := strconv.ParseFloat(y[1], 64)
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	for _, row := range all[:min(8, len(all))] {
		s.row(row...)
	}
	s.note("%d packages take %.2f ms in all (GODEBUG=inittrace=1).", len(all), total)
}

// systemCalls counts those of one exec.
func (w *world) systemCalls(b *testing.B) {
	s := w.add("System calls of one exec true", "", "calls", "most often")
	for _, t := range []tool{nsenter(w.plain.PID), w.exec(w.plain.ID), runc("runc 1.5.2 exec", w.newest, "/run/containerd/runc/default", w.plain.ID)} {
		file := filepath.Join(b.TempDir(), "calls")
		if _, err := output(append([]string{"strace", "-f", "-c", "-S", "calls", "-o", file}, t.args...)...); err != nil {
			s.note("%s: not counted: %v", t.name, err)
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		var most []string
		total := "?"
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) < 5 || strings.HasPrefix(f[0], "-") || f[0] == "%" {
				continue
			}
			if f[len(f)-1] == "total" {
				total = f[3]
			} else if len(most) < 6 {
				most = append(most, f[len(f)-1]+" "+f[3])
			}
		}
		s.row(t.name, total, strings.Join(most, ", "))
	}
	s.note("Counted by strace -c -f, which slows them down: a program that polls counts more than it does alone.")
}
