package testbed

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// startDaemon starts a daemon with its output in a log file and returns its
// PID. It ends with the test's process at the latest, and is not hit by a ^C
// that is meant for the tests: the supervisor cleans up in its own order.
func startDaemon(t testing.TB, cmd *exec.Cmd, log string) int {
	t.Helper()
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", cmd.Path, err)
	}
	go cmd.Wait() //nolint:errcheck // how the daemon ended is in its log
	return cmd.Process.Pid
}

// logComplaints writes the last warnings and errors of a daemon's log to the
// test's, when there is one.
func logComplaints(t testing.TB, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	var complaints []string
	for line := range strings.Lines(string(data)) {
		if !strings.Contains(line, "level=info") && !strings.Contains(line, "level=debug") {
			complaints = append(complaints, line)
		}
	}
	t.Logf("%s complains:\n%s", file, strings.Join(complaints[max(0, len(complaints)-8):], ""))
}
