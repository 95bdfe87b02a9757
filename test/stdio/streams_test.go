package stdio

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestStderrIsSeparate(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		r := bed.Sidestep(t, "exec", c.ID, "sh", "-c", "echo to stdout; echo to stderr >&2; exit 3")
		testbed.Equal(t, "result", r, testbed.Result{Stdout: "to stdout\n", Stderr: "to stderr\n", Code: 3})
	})
}

// TestNoStdinWithoutI: without -i the command is at the end of its stdin at
// once, and what the caller has there stays unread.
func TestNoStdinWithoutI(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		defer write.Close()
		if _, err := write.WriteString("for the next command\n"); err != nil {
			t.Fatal(err)
		}
		cmd := bed.Command("exec", c.ID, "cat")
		cmd.Stdin = read
		testbed.Equal(t, "cat", testbed.Run(t, cmd), testbed.Result{})
		line, _ := bufio.NewReader(read).ReadString('\n')
		testbed.Equal(t, "what is left to read", line, "for the next command\n")
	})
}

// TestReaderGoesAway: the command's own SIGPIPE ends it, as in `yes | head`.
func TestReaderGoesAway(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		cmd := bed.Command("exec", c.ID, "yes")
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil || line != "y\n" {
			t.Errorf("first line %q, %v", line, err)
		}
		stdout.Close()
		testbed.Equal(t, "exit code", waitFor(t, cmd), 141)
		if list := bed.Output(t, "exec", c.ID, "ps"); strings.Contains(list, "yes") {
			t.Errorf("left in the container:\n%s", list)
		}
	})
}

// waitFor waits for a started command to end, and returns its exit code.
func waitFor(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	late := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait() // its error is the exit code
	if !late.Stop() {
		t.Fatalf("%s had not ended after 20s", strings.Join(cmd.Args, " "))
	}
	return testbed.ExitCode(cmd.ProcessState)
}

// TestBackgroundChild: sidestep ends with the command, although a child of it
// goes on and holds stdout.
func TestBackgroundChild(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		cmd := bed.Command("exec", c.ID, "sh", "-c", "sleep 30 & echo started")
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		testbed.Equal(t, "output", line, "started\n")
		state, err := cmd.Process.Wait()
		if err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "exit code", testbed.ExitCode(state), 0)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		bed.Output(t, "exec", c.ID, "killall", "sleep")
	})
}

// TestClosedStdio: sidestep itself is started without descriptors 0, 1 or 2.
func TestClosedStdio(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for _, redirect := range []string{"<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"} {
			args := append([]string{"-c", `exec "$@" ` + redirect, "sh"}, bed.Command("exec", "-i", c.ID, "sh", "-c", "exit 42").Args...)
			cmd := exec.Command("sh", args...)
			cmd.Env = bed.Command().Env
			testbed.Equal(t, "exit code with "+redirect, testbed.Run(t, cmd).Code, 42)
		}
		args := append([]string{"-c", `exec "$@" <&-`, "sh"}, bed.Command("exec", "-i", c.ID, "ls", "/proc/self/fd").Args...)
		cmd := exec.Command("sh", args...)
		cmd.Env = bed.Command().Env
		testbed.Equal(t, "descriptors", testbed.Run(t, cmd).Stdout, "0\n1\n2\n3\n")
	})
}

// TestInputEndsLate: a command that reads gets each line when it is written,
// and the end when the caller's stdin ends.
func TestInputEndsLate(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		cmd := bed.Command("exec", "-i", c.ID, "cat")
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		reader := bufio.NewReader(stdout)
		for _, line := range []string{"one\n", "two\n"} {
			if _, err := io.WriteString(stdin, line); err != nil {
				t.Fatal(err)
			}
			got, _ := reader.ReadString('\n')
			testbed.Equal(t, "line", got, line)
		}
		stdin.Close()
		testbed.Equal(t, "exit code", waitFor(t, cmd), 0)
	})
}
