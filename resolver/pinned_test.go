package resolver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// TestNumberOfAThread: top -H shows it, and it is no process's.
func TestNumberOfAThread(t *testing.T) {
	runtime.LockOSThread() // of this thread and the next one, one is not the process's first
	defer runtime.UnlockOSThread()
	thread := make(chan int)
	end := make(chan struct{})
	defer close(end)
	go func() {
		runtime.LockOSThread()
		thread <- syscall.Gettid()
		<-end
	}()
	number := <-thread
	if number == os.Getpid() {
		number = syscall.Gettid()
	}
	gone := notPinned(t, number)
	if gone.Leader != os.Getpid() || gone.Reason != fmt.Sprintf("it is a thread of process %d", os.Getpid()) {
		t.Errorf("%+v", gone)
	}
}

func TestNumberOfAZombie(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait() //nolint:errcheck // it is true
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if stat, err := proc.StatOf(cmd.Process.Pid); err != nil || stat.Dead() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it still runs after 10s")
		}
	}
	gone := notPinned(t, cmd.Process.Pid)
	want := fmt.Sprintf("it has ended, and its parent, process %d, has not waited for it", os.Getpid())
	if gone.Parent != os.Getpid() || gone.Reason != want {
		t.Errorf("%+v", gone)
	}
}

func TestNumberOfNothing(t *testing.T) {
	if gone := notPinned(t, maxPID-1); gone.Leader != 0 || gone.Parent != 0 || !strings.Contains(gone.Reason, "no such process") {
		t.Errorf("%+v", gone)
	}
}

// notPinned returns why a number is no process's.
func notPinned(t *testing.T, pid int) *GoneError {
	t.Helper()
	process, err := pinned(pid)
	var gone *GoneError
	if !errors.As(err, &gone) || !errors.Is(err, proc.ErrGone) {
		t.Fatalf("pinned: %v, %v", process, err)
	}
	return gone
}
