package plugin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStdoutThatIsFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, line := range []string{
		"", "--help", "-h", "help", "help exec", "exec --help", "task", "task --help", "--version", "version", "version -o json", "completion bash",
	} {
		stderr, err := os.Create(filepath.Join(t.TempDir(), "err"))
		if err != nil {
			t.Fatal(err)
		}
		defer stderr.Close()
		code := Main(append([]string{"sidestep"}, strings.Fields(line)...), os.Stdin, full, stderr)
		said, err := os.ReadFile(stderr.Name())
		if err != nil {
			t.Fatal(err)
		}
		text := string(said)
		if code != 125 || strings.Count(text, "\n") != 2 || !strings.Contains(text, "stdout could not be written: no space left on device\n") ||
			!strings.Contains(text, "sidestep: hint: see where stdout goes") {
			t.Errorf("%s: exit code %d, %q", line, code, text)
		}
	}
}
