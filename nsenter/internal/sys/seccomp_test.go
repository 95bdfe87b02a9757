package sys

import (
	"bufio"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Copying the filters of a process takes no signal from it, one that stops it just
// before it is interrupted included.
func TestCopyFiltersLeavesSignals(t *testing.T) {
	cmd := exec.Command("sh", "-c", "trap 'echo got' USR1; echo ready; while :; do :; done")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	stop, stopped := make(chan struct{}), make(chan struct{})
	defer func() {
		close(stop)
		<-stopped
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	<-lines
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default: // it needs CAP_SYS_ADMIN, but stops the process without
				_, _ = CopyFilters(t.Context(), cmd.Process.Pid, time.Second)
			}
		}
	}()
	for n := range 500 {
		if err := cmd.Process.Signal(syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		select {
		case <-lines:
		case <-time.After(2 * time.Second):
			t.Fatalf("signal %d was lost", n)
		}
	}
}
