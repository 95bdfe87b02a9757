package bench

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// section is a table of the report.
type section struct {
	title string
	head  []string
	rows  [][]string
	notes []string
}

func (s *section) row(cells ...string) { s.rows = append(s.rows, cells) }

func (s *section) note(format string, args ...any) {
	s.notes = append(s.notes, fmt.Sprintf(format, args...))
}

func (s *section) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", s.title)
	if len(s.rows) > 0 {
		fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(s.head, " | "), strings.Repeat("---|", len(s.head)))
		for _, row := range s.rows {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		}
		b.WriteString("\n")
	}
	for _, note := range s.notes {
		b.WriteString(note + "\n\n")
	}
	return b.String()
}

// report is what hack/bench writes.
type report struct {
	sections []*section
	bars     []bar
}

// add begins a section.
func (r *report) add(title string, head ...string) *section {
	s := &section{title: title, head: head}
	r.sections = append(r.sections, s)
	return s
}

// bar is one of a plot.
type bar struct {
	name string
	took time.Duration
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }

func times(f float64) string { return fmt.Sprintf("%.2f", f) }

func mib(kib int) string { return fmt.Sprintf("%.1f", float64(kib)/1024) }

// contestRows adds a row for each result, with its ratio to the first one.
func (s *section) contestRows(results []result) {
	s.head = []string{"", "median, ms", "p10", "p90", "× the first", "CPU, ms", "× the first", "peak RSS, MiB"}
	for _, r := range results {
		if r.failed != nil {
			s.note("%s does not run here.", r.name)
			continue
		}
		s.row(r.name, ms(median(r.wall)), ms(quantile(r.wall, 0.1)), ms(quantile(r.wall, 0.9)), times(ratio(r.wall, results[0].wall)),
			ms(median(r.cpu)), times(ratio(r.cpu, results[0].cpu)), mib(r.peak))
	}
}

// write writes the report and its plot into a directory.
func (r *report) write(b *testing.B, dir, head string) {
	b.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	text := "# Measurements\n\n" + head + "\n![exec true, by tool](exec.svg)\n\n"
	for _, s := range r.sections {
		text += s.markdown()
	}
	for name, content := range map[string]string{"README.md": text, "exec.svg": plot("exec true in one container: median, and × nsenter", r.bars)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	fmt.Print(text)
}

// plot draws horizontal bars, each with its time and its ratio to the first.
func plot(title string, bars []bar) string {
	const left, width, step = 190, 520, 30
	longest := time.Duration(1)
	for _, bar := range bars {
		longest = max(longest, bar.took)
	}
	var b strings.Builder
	height := 50 + step*len(bars)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="14">`+"\n", left+width+150, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/><text x="10" y="24" font-weight="bold">%s</text>`+"\n", html.EscapeString(title))
	for i, bar := range bars {
		y, long := 40+step*i, float64(width)*float64(bar.took)/float64(longest)
		colour := "#9aa5b1"
		if strings.HasPrefix(bar.name, "sidestep") {
			colour = "#2f7d4f"
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`, left-8, y+15, html.EscapeString(bar.name))
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="20" fill="%s"/>`, left, y, long, colour)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d">%s ms, %.1f ×</text>`+"\n", left+long+6, y+15, ms(bar.took), float64(bar.took)/float64(max(bars[0].took, 1)))
	}
	return b.String() + "</svg>\n"
}
