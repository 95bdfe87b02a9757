package proc_test

import (
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// child starts a process that ends when its input does.
func child(t *testing.T) (*exec.Cmd, io.Closer) {
	t.Helper()
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = cmd.Wait() // where the test did not
	})
	return cmd, in
}

func pin(t *testing.T, pid int) *proc.Process {
	t.Helper()
	p, err := proc.Pin(pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// awaitExit waits until the process is a zombie.
func awaitExit(t *testing.T, p *proc.Process) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); p.Alive() == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the child still runs after 10s")
		}
	}
}

func TestPinnedProcessIsTheOneThatRuns(t *testing.T) {
	p := pin(t, os.Getpid())
	stat, err := p.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if p.PID() != os.Getpid() || stat.PID != os.Getpid() || p.StartTime() == 0 || p.StartTime() != stat.StartTime {
		t.Errorf("PID %d, started at %d: %+v", p.PID(), p.StartTime(), stat)
	}
	if err := p.Alive(); err != nil {
		t.Errorf("alive: %v", err)
	}
}

// What was pinned never answers for a later process of the same number:
// neither as a zombie nor when it is reaped.
func TestExitedProcessIsGone(t *testing.T) {
	cmd, in := child(t)
	p := pin(t, cmd.Process.Pid)
	in.Close()
	awaitExit(t, p)
	if err := p.Alive(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("alive, as a zombie: %v", err)
	}
	if _, err := p.Namespaces(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("namespaces, as a zombie: %v", err)
	}
	if _, err := p.Root(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("root, as a zombie: %v", err)
	}
	if again, err := proc.Pin(cmd.Process.Pid); !errors.Is(err, proc.ErrGone) {
		t.Errorf("pin a zombie: %v, %v", again, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := p.Alive(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("alive, when reaped: %v", err)
	}
	for _, file := range []string{"stat", "status", "cgroup", "uid_map", "no such file"} {
		if data, err := p.ReadFile(file); !errors.Is(err, proc.ErrGone) {
			t.Errorf("read %s, when reaped: %q, %v", file, data, err)
		}
	}
	if _, err := p.Namespaces(); !errors.Is(err, proc.ErrGone) {
		t.Errorf("namespaces, when reaped: %v", err)
	}
	if err := p.Signal(os.Interrupt); !errors.Is(err, proc.ErrGone) {
		t.Errorf("signal, when reaped: %v", err)
	}
	if again, err := proc.Pin(cmd.Process.Pid); !errors.Is(err, proc.ErrGone) {
		t.Errorf("pin a reaped process: %v, %v", again, err)
	}
}

func TestFileThatRunningProcessLacksIsNotItsEnd(t *testing.T) {
	_, err := pin(t, os.Getpid()).ReadFile("no such file")
	if !errors.Is(err, os.ErrNotExist) || errors.Is(err, proc.ErrGone) {
		t.Error(err)
	}
}

func TestFilesAreClosedOnExec(t *testing.T) {
	p := pin(t, os.Getpid())
	cmd := exec.Command("ls", "/proc/self/fd/"+fd(p.Pidfd()))
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("a child has the pidfd: %s", out)
	}
}

func TestSignalReachesThePinnedProcess(t *testing.T) {
	cmd, _ := child(t)
	if err := pin(t, cmd.Process.Pid).Signal(os.Kill); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Errorf("it ended with %v", err)
	}
}

func TestNumberOfNoProcessIsAnError(t *testing.T) {
	for _, pid := range []int{-1, 0, math.MaxInt32} {
		if p, err := proc.Pin(pid); err == nil {
			p.Close()
			t.Errorf("%d is pinned", pid)
		}
	}
}
