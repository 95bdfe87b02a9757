package kubectl

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// maxLine is how long a line may be before it is shown without its end, in
// bytes.
const maxLine = 64 << 10

// shown are stdout and stderr of many commands at once, line by line.
type shown struct {
	mu       sync.Mutex
	out, err io.Writer
}

// lines returns a stream of one command, whose lines begin with its name.
func (s *shown) lines(name string, stderr bool) *lineWriter {
	return &lineWriter{shown: s, prefix: "[" + name + "] ", stderr: stderr}
}

type lineWriter struct {
	shown   *shown
	prefix  string
	stderr  bool
	mu      sync.Mutex
	pending []byte
}

// Write shows the lines that are whole.
func (l *lineWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending = append(l.pending, p...)
	var text bytes.Buffer
	for {
		end := bytes.IndexByte(l.pending, '\n')
		if end < 0 && len(l.pending) < maxLine {
			break
		}
		if end < 0 {
			end = len(l.pending) - 1
		}
		text.WriteString(l.prefix)
		text.Write(bytes.TrimSuffix(l.pending[:end+1], []byte("\n")))
		text.WriteByte('\n')
		l.pending = l.pending[end+1:]
	}
	if text.Len() == 0 {
		return len(p), nil
	}
	return len(p), l.show(text.Bytes())
}

func (l *lineWriter) show(text []byte) error {
	l.shown.mu.Lock()
	defer l.shown.mu.Unlock()
	w := l.shown.out
	if l.stderr {
		w = l.shown.err
	}
	_, err := w.Write(text)
	return err
}

// flush shows a last line that has no end.
func (l *lineWriter) flush() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) == 0 {
		return nil
	}
	text := fmt.Appendf(nil, "%s%s\n", l.prefix, l.pending)
	l.pending = nil
	return l.show(text)
}

// writeFolded shows equal outputs once, under the names of the pods: the most
// common first, so that the odd ones stand at the end.
func (a *app) writeFolded(outcomes []*outcome) error {
	var shown bytes.Buffer
	pods := map[string][]string{}
	var outputs []string
	for _, out := range outcomes {
		if out.err != nil {
			continue
		}
		key := fmt.Sprintf("%d\x00%s", out.code, out.output.String())
		if pods[key] == nil {
			outputs = append(outputs, key)
		}
		pods[key] = append(pods[key], out.target.pod.Name)
	}
	slices.SortStableFunc(outputs, func(x, y string) int { return len(pods[y]) - len(pods[x]) })
	for _, key := range outputs {
		code, text, _ := strings.Cut(key, "\x00")
		head := fmt.Sprintf("=== %d of %d pods: %s", len(pods[key]), len(outcomes), strings.Join(pods[key], " "))
		if code != "0" {
			head += ", exit code " + code
		}
		if text != "" && !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		fmt.Fprintf(&shown, "%s\n%s", head, text)
	}
	return a.write(shown.Bytes())
}
