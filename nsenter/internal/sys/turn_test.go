package sys

import (
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Many may copy the filters of one process: a tracer waits for the others.
func TestCopyFiltersAtOnce(t *testing.T) {
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				// It has no filters, which is another error.
				if _, err := CopyFilters(t.Context(), cmd.Process.Pid, time.Second); errors.Is(err, unix.EPERM) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// Another refusal than that of a process that is traced is none to wait for.
func TestTurn(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		tries int
	}{
		"traced":             {os.NewSyscallError(seize, unix.EPERM), 3},
		"gone":               {os.NewSyscallError(seize, unix.ESRCH), 1},
		"the filters' EPERM": {os.NewSyscallError("ptrace seccomp get filter", unix.EPERM), 1},
		"another error":      {errors.New("x"), 1},
	} {
		tries := 0
		err := inTurn(t.Context(), func() error {
			if tries++; tries == 3 {
				return nil
			}
			return c.err
		})
		if tries != c.tries || (err == nil) != (c.tries == 3) {
			t.Errorf("%s: %d tries, %v", name, tries, err)
		}
	}
}
