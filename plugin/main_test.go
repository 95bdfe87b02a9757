package plugin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// run calls Main as the shell would and returns what came out.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	dir := t.TempDir()
	open := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	in, out, errs := open("in"), open("out"), open("err")
	code = Main(append([]string{"sidestep"}, args...), in, out, errs)
	read := func(f *os.File) string {
		data, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return read(out), read(errs), code
}

func TestMistakes(t *testing.T) {
	t.Setenv("CONTAINERD_ADDRESS", "/nowhere/containerd.sock")
	for _, c := range []struct{ line, err, hint string }{
		{"bogus", `unknown command "bogus"`, "see sidestep --help"},
		{"exce web ls", `unknown command "exce"`, "did you mean sidestep exec? see sidestep --help"},
		{"web ls", `unknown command "web"`, "hint: see sidestep --help"},
		{"ls", `unknown command "ls"`, "did you mean sidestep ps? see sidestep --help"},
		{"-it exec web ls", "unknown flag -it", "it goes after the command: sidestep exec -it …"},
		{"--privileged exec web ls", "unknown flag --privileged", "it goes after the command: sidestep exec --privileged …"},
		{"-u 0 exec web ls", "unknown flag -u", "it goes after the command: sidestep exec -u …"},
		{"-q ps", "unknown flag -q", "it goes after the command: sidestep ps -q …"},
		{"--bogus ps", "unknown flag --bogus", "hint: see sidestep --help"},
		{"-x ps", "unknown flag -x", "see sidestep --help"},
		{"--timeout soon ps", `invalid value "soon" for flag --timeout: it is not a time such as 1s or 500ms`, "see sidestep --help"},
		{"--timeout 1 ps", `invalid value "1" for flag --timeout: its unit is missing, as in 1s or 1ms`, "see sidestep --help"},
		{"--timeout", "flag --timeout needs a value", "see sidestep --help"},
		{"--timeout -1s ps", "--timeout is negative: -1s", "see sidestep --help"},
		{"-a tcp://x ps", `--address "tcp://x" is not a unix socket`, "see sidestep --help"},
		{"-n a/b ps", `the namespace "a/b" of -n or CONTAINERD_NAMESPACE is none that containerd may have`, "see sidestep --help"},
		{"-n -- exec web ls", `the namespace "--"`, "see sidestep --help"},
		{"--runtime-root /nowhere ps", `--runtime-root "/nowhere": no such file or directory`, "see sidestep --help"},
		{"--runtime-root / --runtime-root /nowhere exec web ls", `--runtime-root "/nowhere": no such file or directory`, "see sidestep --help"},
		{"exec", "no container is named", "see sidestep exec --help"},
		{"exec --bogus web ls", "unknown flag --bogus", "see sidestep exec --help"},
		{"exec --interctive web ls", "unknown flag --interctive", "did you mean --interactive? see sidestep exec --help"},
		{"exec -n k8s.io web ls", "unknown flag -n", "it goes before the command: sidestep -n … exec …"},
		{"exec -d -t web ls", "-d does not go with -t", "a detached command has no terminal"},
		{"exec -e =x web ls", `--env "=x": the name of the variable is empty`, "see sidestep exec --help"},
		{"exec -w tmp web ls", `the working directory "tmp" is not absolute`, "-w /…"},
		{"exec -it web ls", "the input device is not a terminal", "leave -t out"},
		{"exec a/b ls", `bad container reference "a/b"`, "CONTAINER is an ID"},
		{"pid", "no container is named", "see sidestep pid --help"},
		{"pid a b", `one container at a time: "b" is one too many`, "see sidestep pid --help"},
		{"pid web -o yaml", `unknown output format "yaml": it is one of text, json`, "see sidestep pid --help"},
		{"ps web", `unexpected argument "web"`, "see sidestep ps --help"},
		{"ps -o", "flag -o needs a value", "see sidestep ps --help"},
		// What else runs on the host is not to be found.
		{"--source containerd ps", "/nowhere/containerd.sock", "-a SOCKET"},
		{"--source containerd exec web ls", "/nowhere/containerd.sock", "-a SOCKET"},
		{"task bogus", `unknown command "bogus"`, "see sidestep task --help"},
		{"task --bogus", "unknown flag --bogus", "see sidestep task --help"},
		{"t exec --exec-id", "flag --exec-id needs a value", "see sidestep task exec --help"},
		{"completion tcsh", `no completion for shell "tcsh"`, "see sidestep completion --help"},
		{"completion", "name one shell", "see sidestep completion --help"},
		{"help bogus", `unknown command "bogus"`, "see sidestep --help"},
	} {
		stdout, stderr, code := run(t, strings.Fields(c.line)...)
		lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
		if code != 125 || stdout != "" || len(lines) != 2 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", c.line, code, stdout, stderr)
			continue
		}
		if !strings.HasPrefix(lines[0], "sidestep: error: ") || !strings.Contains(lines[0], c.err) ||
			!strings.HasPrefix(lines[1], "sidestep: hint: ") || !strings.Contains(lines[1], c.hint) {
			t.Errorf("%s:\n got %q\nwant %q, %q", c.line, lines, c.err, c.hint)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"", "COMMANDS:"},
		{"--help", "--connect-timeout"},
		{"-h", "GLOBAL OPTIONS:"},
		{"help", "COMMANDS:"},
		{"help exec", "--env-file"},
		{"help help", "COMMANDS:"},
		{"help -h", "COMMANDS:"},
		{"help --help", "COMMANDS:"},
		{"help exec --help", "--env-file"},
		{"help task exec", "--exec-id"},
		{"exec --help", "-d"},
		{"ps -h", "-a"},
		{"task", "list the tasks"},
		{"task --help", "list the tasks"},
		{"task ls --help", "-q"},
	} {
		stdout, stderr, code := run(t, strings.Fields(c.line)...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, c.want) {
			t.Errorf("%s: exit code %d, stderr %q, stdout %q", c.line, code, stderr, stdout)
		}
	}
}

// What a help says in sentences fits a terminal of 80 columns.
func TestHelpFits(t *testing.T) {
	lines := []string{"--help"}
	for _, c := range newApp().Commands {
		lines = append(lines, "help "+c.Name)
	}
	for _, line := range lines {
		stdout, _, _ := run(t, strings.Fields(line)...)
		text, _, _ := strings.Cut(stdout, "OPTIONS:")
		for row := range strings.Lines(text) {
			if utf8.RuneCountInString(strings.TrimSpace(row)) > 77 {
				t.Errorf("%s: %q", line, row)
			}
		}
	}
}

// The environment is no second default.
func TestHelpHasOneDefaultForEachFlag(t *testing.T) {
	t.Setenv("CONTAINERD_ADDRESS", "/nowhere/containerd.sock")
	t.Setenv("CONTAINERD_NAMESPACE", "moby")
	stdout, _, _ := run(t, "--help")
	for line := range strings.Lines(stdout) {
		if strings.Count(line, "(default:") > 1 {
			t.Errorf("%q", line)
		}
	}
	if strings.Count(stdout, "(default: those that are found)") != 1 || strings.Count(stdout, "(default: in all)") != 1 {
		t.Errorf("%q", stdout)
	}
}

func TestHelpAdvertisesNothingThatIsNotThere(t *testing.T) {
	stdout, _, _ := run(t, "--help")
	execHelp, _, _ := run(t, "exec", "--help")
	for _, absent := range []string{"__complete"} {
		if strings.Contains(stdout+execHelp, absent) {
			t.Errorf("the help names %s", absent)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"version", "sidestep version "},
		{"--version", "sidestep version "},
		{"version -o json", "{\n  \"version\": \""},
	} {
		stdout, stderr, code := run(t, strings.Fields(c.line)...)
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, c.want) {
			t.Errorf("%s: exit code %d, %q", c.line, code, stdout+stderr)
		}
	}
}
