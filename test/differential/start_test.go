package differential

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// startTimeout bounds how long a tool may take to start a command, or to end.
// An emulated machine (test/vm) is slow, and the host may be busy besides.
const startTimeout = 2 * time.Minute

// started is a tool that runs a command in a container, or that has failed.
type started struct {
	cmd     *exec.Cmd
	streams *streams
	pidFile string
	ended   chan struct{} // closed then
}

// start lets a tool start a command, as a child of the hostile caller when
// there is one.
func (s *setting) start(t *testing.T, tl tool, c *subject, e execution, args ...string) *started {
	t.Helper()
	p := &started{pidFile: filepath.Join(s.bed.Dir, "exec.pid"), ended: make(chan struct{})}
	_ = os.Remove(p.pidFile)
	argv := tl.command(c, e, p.pidFile, args)
	if e.hostile {
		argv = append([]string{s.caller}, argv...)
	}
	p.cmd = exec.Command(argv[0], argv[1:]...)
	p.cmd.Env, p.cmd.Dir = environ(), "/"
	p.streams = openStreams(t, e.tty)
	p.streams.give(t, p.cmd)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.streams.begin()
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // its state tells how it ended
	}()
	return p
}

// settle waits until the command waits for input, and returns its PID. It
// reports false when the tool ended instead.
func (p *started) settle(t *testing.T, command string) (pid int, ok bool) {
	t.Helper()
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		select {
		case <-p.ended:
			return 0, false
		default:
		}
		data, err := os.ReadFile(p.pidFile)
		if err != nil {
			continue
		}
		if pid, err = strconv.Atoi(strings.TrimSpace(string(data))); err == nil && waits(pid, command) {
			return pid, true
		}
	}
	t.Fatalf("%q: waited %v until the command waits for input: %s", p.cmd.Args, startTimeout, p.streams.stderr())
	return 0, false
}

// waits reports whether a process executes the command and is in a system
// call that is not execve(2) itself.
func waits(pid int, command string) bool {
	arguments, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	call, _ := os.ReadFile(fmt.Sprintf("/proc/%d/syscall", pid))
	number, _, _ := strings.Cut(string(call), " ")
	n, err := strconv.Atoi(number)
	return bytes.HasPrefix(arguments, []byte(command+"\x00")) && err == nil && n >= 0 && n != unix.SYS_EXECVE
}

// end waits for the tool's end and returns its exit code.
func (p *started) end(t *testing.T) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(startTimeout):
		_ = p.cmd.Process.Kill()
		t.Fatalf("%q had not ended after %v: %s", p.cmd.Args, startTimeout, p.streams.stderr())
	}
	p.streams.close()
	return testbed.ExitCode(p.cmd.ProcessState)
}
