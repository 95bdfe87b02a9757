package errors

import (
	"fmt"
	"os/exec"
	"testing"
	"time"
)

// TestZombie: a process that has ended and that nobody has waited for.
func TestZombie(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		cmd := exec.Command("true")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Millisecond) // until it has ended
		f.fail(t, "has not waited for it", "see its parent", "exec", fmt.Sprintf("pid:%d", cmd.Process.Pid), "true")
		_ = cmd.Wait()
	})
}
