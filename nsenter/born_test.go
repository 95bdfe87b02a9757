package nsenter

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// What a forged message may name: a process of the host, a child of ours that
// is not the fork, the executor itself.
func TestOnlyTheExecutorsForkIsBorn(t *testing.T) {
	e, _ := entered(t)
	other := exec.Command("cat")
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = other.Wait() })
	process, err := proc.Pin(other.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer process.Close()

	for _, pid := range []int{1, os.Getpid(), os.Getppid(), other.Process.Pid} {
		if _, err := e.born(pid); !errors.Is(err, errNotBorn) {
			t.Errorf("process %d: %v", pid, err)
		}
	}
	for _, pid := range []int{0, -1, 4 << 20} {
		if _, err := e.born(pid); err == nil {
			t.Errorf("process %d is born", pid)
		}
	}
	if e.image.dev, e.image.ino, err = process.Executable(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.born(e.child.Pid); !errors.Is(err, errNotBorn) {
		t.Errorf("the executor is its own fork: %v", err)
	}
	if _, err := e.born(other.Process.Pid); !errors.Is(err, errNotBorn) {
		t.Errorf("a child of another session: %v", err)
	}
	own, err := proc.StatOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	e.child.Pid = own.Session
	born, err := e.born(other.Process.Pid)
	if err != nil || born.Pid != other.Process.Pid {
		t.Errorf("the fork: %v, %v", born, err)
	}
}
