// Package leaderless starts processes whose main thread has ended while others go
// on: they live, and have no namespaces that could be joined. The program is that of
// the test that imports the package.
package leaderless

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// leave makes the program end its main thread, and go on.
const leave = "SIDESTEP_TEST_LEAVE_MAIN_THREAD"

func init() {
	if os.Getenv(leave) != "" { // init is on the main thread
		_, _, _ = syscall.Syscall(syscall.SYS_EXIT, 0, 0, 0)
	}
}

// Start starts such a process, which is killed when the test ends.
func Start(t *testing.T) *os.Process {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), leave+"=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	link := fmt.Sprintf("/proc/%d/ns/uts", cmd.Process.Pid)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(link); err != nil {
			return cmd.Process
		}
		if time.Now().After(deadline) {
			t.Fatal("its main thread does not end")
		}
	}
}
