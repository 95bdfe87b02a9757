package plugin

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/creack/pty"
)

// onTerminal returns what write has written to a terminal with so many columns.
func onTerminal(t *testing.T, cols uint16, write func(*os.File) error) []string {
	t.Helper()
	master, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer terminal.Close()
	if err := pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: cols}); err != nil {
		t.Fatal(err)
	}
	const end = "THE END"
	written := make(chan error, 1)
	go func() { // the kernel keeps some of it only until it is read
		err := write(terminal)
		if _, endErr := terminal.WriteString(end + "\n"); err == nil {
			err = endErr
		}
		written <- err
	}()
	var lines []string
	for text := bufio.NewScanner(master); text.Scan() && text.Text() != end; {
		lines = append(lines, text.Text())
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestReportWidth: a report is as wide as the terminal, so that no word of it is
// broken, but not so narrow that nothing is left of its columns.
func TestReportWidth(t *testing.T) {
	for cols, most := range map[uint16]int{80: 80, 130: 130, 20: leastWidth, 0: screenWidth} {
		widest := 0
		for _, line := range onTerminal(t, cols, func(f *os.File) error { return writeReport(&stdout{file: f}, stuckReport(), false) }) {
			if !strings.Contains(line, webID) { // a path stays whole
				widest = max(widest, utf8.RuneCountInString(line))
			}
		}
		if widest > most || widest < most*3/4 {
			t.Errorf("%d columns: the widest line has %d characters, want at most %d", cols, widest, most)
		}
	}
}

func TestWidthOfFile(t *testing.T) {
	if got := widthOf(new(strings.Builder)); got != screenWidth {
		t.Errorf("no file: %d", got)
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if got := widthOf(null); got != screenWidth {
		t.Errorf("no terminal: %d", got)
	}
}
