package nsenter

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// leaveMainThread makes the program end its main thread, and go on.
const leaveMainThread = "SIDESTEP_TEST_LEAVE_MAIN_THREAD"

func init() {
	if os.Getenv(leaveMainThread) != "" { // init is on the main thread
		_, _, _ = syscall.Syscall(syscall.SYS_EXIT, 0, 0, 0)
	}
}

func TestProcessWithoutItsMainThreadHasNotEnded(t *testing.T) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), leaveMainThread+"=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()         //nolint:errcheck // it is killed
	defer cmd.Process.Kill() //nolint:errcheck // it has not ended
	target, err := proc.Pin(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err = target.Namespaces(); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("its main thread does not end")
		}
	}
	if !errors.Is(err, proc.ErrGone) {
		t.Fatalf("its namespaces: %v", err)
	}
	begun := time.Now()
	err = goneOr(target, err)
	var unjoinable *UnjoinableError
	if !errors.As(err, &unjoinable) || unjoinable.PID != cmd.Process.Pid || unjoinable.Kernel || errors.Is(err, proc.ErrGone) {
		t.Errorf("while other threads go on: %v", err)
	}
	if took := time.Since(begun); took > 750*time.Millisecond { // doctor waits 800 ms for the whole
		t.Errorf("took %s", took)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := goneOr(target, proc.ErrGone); !errors.Is(err, proc.ErrGone) {
		t.Errorf("when all have ended: %v", err)
	}
}

func TestKernelsThreadHasNotEnded(t *testing.T) {
	stat, err := proc.StatOf(2)
	if err != nil || !stat.Kernel {
		t.Skip("the kernel's threads are in another PID namespace")
	}
	target, err := proc.Pin(2)
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	var unjoinable *UnjoinableError
	if err := goneOr(target, syscall.ESRCH); !errors.As(err, &unjoinable) || !unjoinable.Kernel {
		t.Errorf("%v", err)
	}
}
