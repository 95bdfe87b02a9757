package testbed

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// commandTimeout bounds a command of a test. It is far beyond what any takes.
const commandTimeout = 3 * time.Minute

// Result is how a command ended.
type Result struct {
	Stdout, Stderr string
	Code           int // 128+n when signal n killed it, as a shell says it
}

// Binary returns the path of the sidestep under test.
func Binary(t testing.TB) string {
	t.Helper()
	return binary(runDir(t))
}

// Command returns a command of sidestep that asks the bed's containerd.
func (b *Bed) Command(args ...string) *exec.Cmd {
	cmd := exec.Command(binary(filepath.Dir(b.Dir)), args...)
	cmd.Env = append(os.Environ(), "CONTAINERD_ADDRESS="+b.Address)
	return cmd
}

// Sidestep runs sidestep with no stdin.
func (b *Bed) Sidestep(t testing.TB, args ...string) Result {
	t.Helper()
	return Run(t, b.Command(args...))
}

// Output runs sidestep, which must succeed and write nothing to stderr, and
// returns its output without the last newline.
func (b *Bed) Output(t testing.TB, args ...string) string {
	t.Helper()
	r := b.Sidestep(t, args...)
	if r.Code != 0 || r.Stderr != "" {
		t.Fatalf("sidestep %s: exit code %d, stdout %q, stderr %q", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// Run runs a command to its end. One that does not end is killed and fails
// the test.
func Run(t testing.TB, cmd *exec.Cmd) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	killed := time.AfterFunc(commandTimeout, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	if !killed.Stop() {
		t.Fatalf("%s had not ended after %v; stdout %q, stderr %q",
			strings.Join(cmd.Args, " "), commandTimeout, stdout.String(), stderr.String())
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		t.Fatalf("%s ended, but something holds its stdout or stderr open", strings.Join(cmd.Args, " "))
	}
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: ExitCode(cmd.ProcessState)}
}

// ExitCode returns the code that a shell would give for the state.
func ExitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
