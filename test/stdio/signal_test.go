package stdio

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

var forwarded = map[syscall.Signal]string{
	syscall.SIGTERM: "TERM", syscall.SIGINT: "INT", syscall.SIGHUP: "HUP", syscall.SIGQUIT: "QUIT",
	syscall.SIGUSR1: "USR1", syscall.SIGUSR2: "USR2",
}

// TestSignals: what sidestep is sent goes to the command, which decides.
func TestSignals(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for sig, name := range forwarded {
			trap := fmt.Sprintf("trap 'echo got %s; exit 7' %s; echo ready; while :; do sleep 0.05; done", name, name)
			output, code := signalled(t, bed.Command("exec", c.ID, "sh", "-c", trap), sig)
			testbed.Equal(t, name+" trapped", fmt.Sprint(output, code), fmt.Sprintf("got %s\n7", name))

			// Not a shell: busybox's ignores SIGQUIT until it executes another program.
			output, code = signalled(t, bed.Command("exec", "-i", c.ID, "cat"), sig)
			testbed.Equal(t, name+" not trapped", fmt.Sprint(output, code), fmt.Sprint(128+int(sig)))
		}
	})
}

// signalled starts a command with "ready" as its input, sends sidestep the
// signal when that comes back, and returns what the command prints from then
// on, and the exit code.
func signalled(t *testing.T, cmd *exec.Cmd, sig os.Signal) (string, int) {
	t.Helper()
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
	late := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	_, _ = stdin.Write([]byte("ready\n"))
	reader := bufio.NewReader(stdout)
	if line, _ := reader.ReadString('\n'); line != "ready\n" {
		t.Fatalf("first line %q", line)
	}
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	_, _ = reader.WriteTo(&output)
	return output.String(), waitFor(t, cmd)
}
