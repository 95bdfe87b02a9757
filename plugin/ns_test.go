package plugin

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// leaveMainThread makes the program end its main thread, and go on.
const leaveMainThread = "SIDESTEP_TEST_LEAVE_MAIN_THREAD"

func init() {
	if os.Getenv(leaveMainThread) != "" { // init is on the main thread
		_, _, _ = syscall.Syscall(syscall.SYS_EXIT, 0, 0, 0)
	}
}

// TestNamespacesWithoutMainThread: a process that lives is not said to be gone.
func TestNamespacesWithoutMainThread(t *testing.T) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), leaveMainThread+"=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()         //nolint:errcheck // it is killed
	defer cmd.Process.Kill() //nolint:errcheck // it has not ended
	links := fmt.Sprintf("/proc/%d/ns/uts", cmd.Process.Pid)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(links); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("its main thread does not end")
		}
	}
	_, stderr, code := run(t, "ns", fmt.Sprintf("pid:%d", cmd.Process.Pid))
	if code != 125 || !strings.Contains(stderr, "its main thread has ended") || !strings.Contains(stderr, fmt.Sprintf("kill -KILL %d", cmd.Process.Pid)) {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}
