package proc

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// TestProcessThatProcDoesNotShow: what hidepid hides from a caller is there.
func TestProcessThatProcDoesNotShow(t *testing.T) {
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pidfd, err := sys.PidfdOpen(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{pid: cmd.Process.Pid, pidfd: pidfd}
	defer p.Close()
	missing := []error{ErrGone, &os.PathError{Op: "open", Path: "/proc/7/stat", Err: os.ErrNotExist}}
	for _, err := range missing {
		if got := p.hidden(err); !errors.Is(got, ErrHidden) || !errors.Is(got, os.ErrPermission) || errors.Is(got, ErrGone) {
			t.Errorf("%v, while it runs: %v", err, got)
		}
	}
	if got := p.hidden(os.ErrPermission); got != os.ErrPermission { //nolint:errorlint // the very same
		t.Errorf("%v", got)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, err := range missing {
		if got := p.hidden(err); !errors.Is(got, err) {
			t.Errorf("%v, when it has exited: %v", err, got)
		}
	}
}
