package nsenter

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/leaderless"
)

func TestProcessWithoutItsMainThreadHasNotEnded(t *testing.T) {
	process := leaderless.Start(t)
	target, err := proc.Pin(process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	_, err = target.Namespaces()
	if !errors.Is(err, proc.ErrGone) {
		t.Fatalf("its namespaces: %v", err)
	}
	begun := time.Now()
	err = goneOr(target, err)
	var unjoinable *UnjoinableError
	if !errors.As(err, &unjoinable) || unjoinable.PID != process.Pid || unjoinable.Kernel || errors.Is(err, proc.ErrGone) {
		t.Errorf("while other threads go on: %v", err)
	}
	if took := time.Since(begun); took > 750*time.Millisecond { // doctor waits 800 ms for the whole
		t.Errorf("took %s", took)
	}
	if err := process.Kill(); err != nil {
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
