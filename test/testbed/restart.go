package testbed

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds how long a daemon takes until it answers.
const startTimeout = 2 * time.Minute

// Launch starts the bed's containerd, which is not running, and does not wait
// until it answers.
func (b *Bed) Launch(t testing.TB) {
	t.Helper()
	cmd := exec.Command(b.Flavour.program(t, "containerd"), "--config", b.configFile())
	cmd.Env = b.environ()
	b.PID = startDaemon(t, cmd, filepath.Join(b.Dir, "containerd.log"))
}

// Restart starts the bed's containerd, which is not running, and waits until
// it answers.
func (b *Bed) Restart(t testing.TB) {
	t.Helper()
	b.Launch(t)
	b.Await(t)
}

// Await waits until the bed's containerd answers.
func (b *Bed) Await(t testing.TB) {
	t.Helper()
	Eventually(t, startTimeout, "containerd answers", func() bool {
		return b.answers()
	})
}

// answers reports whether the bed's containerd answers soon. 1.6's ctr would
// wait for ever.
func (b *Bed) answers() bool {
	cmd := b.CtrCommand("version")
	if cmd.Start() != nil {
		return false
	}
	late := time.AfterFunc(startTimeout/4, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	return cmd.Wait() == nil
}

// Kill kills the bed's containerd, stopped or not. Its containers and their
// shims go on.
func (b *Bed) Kill(t testing.TB) {
	t.Helper()
	Kill(t, b.PID)
}

// Kill kills a process and waits until it has ended.
func Kill(t testing.TB, pid int) {
	t.Helper()
	Signal(t, pid, syscall.SIGKILL)
	Eventually(t, startTimeout, "a killed process has ended", func() bool {
		p, there := processOf(pid)
		return !there || p.State == 'Z'
	})
}

// Signal sends a process a signal.
func Signal(t testing.TB, pid int, signal syscall.Signal) {
	t.Helper()
	if pid <= 1 { // kill(2): every process, or a group
		t.Fatalf("signal %v to process %d", signal, pid)
	}
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatalf("signal %v to process %d: %v", signal, pid, err)
	}
}

// Stop stops a process with SIGSTOP until the test ends.
func Stop(t testing.TB, pid int) {
	t.Helper()
	Signal(t, pid, syscall.SIGSTOP)
	t.Cleanup(func() { Signal(t, pid, syscall.SIGCONT) })
	Eventually(t, startTimeout, "a process has stopped", func() bool {
		p, there := processOf(pid)
		return there && p.State == 'T'
	})
}
