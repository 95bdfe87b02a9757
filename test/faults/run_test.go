package faults

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// peerTimeout is after how long a command counts as hanging. The deadlines that
// some of them have are of 2 s.
const peerTimeout = 4 * time.Second

// reply is how a command ended.
type reply struct {
	testbed.Result
	hung bool // it did not, and was killed
	took time.Duration
}

// run runs a command for at most the limit.
func run(cmd *exec.Cmd, limit time.Duration) reply {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &stdout, &stderr, 200*time.Millisecond
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return reply{Result: testbed.Result{Code: -1, Stderr: err.Error()}}
	}
	var hung atomic.Bool
	timer := time.AfterFunc(limit, func() {
		hung.Store(true)
		if filepath.Base(cmd.Path) == "sidestep" { // where it hangs
			_ = cmd.Process.Signal(syscall.SIGQUIT)
			time.Sleep(300 * time.Millisecond)
		}
		_ = cmd.Process.Kill()
	})
	_ = cmd.Wait() // the state says how it ended
	timer.Stop()
	r := reply{hung: hung.Load(), took: time.Since(began)}
	r.Result = testbed.Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: testbed.ExitCode(cmd.ProcessState)}
	return r
}

// The verdicts on a command.
const (
	works   = "works"
	refuses = "refuses"
	fails   = "fails"
	hangs   = "hangs"
	names   = "names it"
	misses  = "misses it"
	healthy = "healthy"
)

// question is a command whose way of ending is judged.
type question struct {
	column  string
	command func() *exec.Cmd
	judge   func(reply) string
}
