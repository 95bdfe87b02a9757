package proc_test

import (
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

func TestProcessStartsNow(t *testing.T) {
	before, err := proc.Now()
	if err != nil {
		t.Fatal(err)
	}
	cmd, _ := child(t)
	after, err := proc.Now()
	if err != nil {
		t.Fatal(err)
	}
	if start := pin(t, cmd.Process.Pid).StartTime(); start < before || start > after {
		t.Errorf("it started at %d, between %d and %d", start, before, after)
	}
	time.Sleep(20 * time.Millisecond)
	if later, err := proc.Now(); err != nil || later <= after {
		t.Errorf("%d, later than %d: %v", later, after, err)
	}
}
