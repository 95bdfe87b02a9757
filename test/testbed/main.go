package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// leakTimeout bounds how long what the last test ended may take to disappear.
const leakTimeout = 10 * time.Second

// Main runs the tests of a package and exits. Without root it runs them where
// they are: each says itself what it misses.
func Main(m *testing.M) {
	if os.Getenv(runVariable) != "" || os.Geteuid() != 0 {
		os.Exit(m.Run())
	}
	code, err := supervise()
	if err != nil {
		fmt.Fprintf(os.Stderr, "testbed: %v\n", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// supervise starts this program once more, as the tests' process, waits for
// it, and removes what it left.
func supervise() (code int, err error) {
	lock, err := lockRuns()
	if err != nil {
		return 1, err
	}
	defer lock.Close()
	caught := catchSignals()
	if err := cleanDeadRuns(); err != nil {
		return 1, err
	}
	// Orphans, such as the shims of a daemon that was killed, become our
	// children, and are waited for even where the host's init does not.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return 1, fmt.Errorf("become a subreaper: %w", err)
	}
	dir, err := newRun()
	if err != nil {
		return 1, err
	}
	run := scopeOf(dir)
	defer func() {
		if cleanErr := run.clean(os.Getpid()); err == nil {
			err = cleanErr
		}
	}()
	if err := run.rememberShared(); err != nil {
		return 1, err
	}
	if err := buildSidestep(dir); err != nil {
		return 1, err
	}
	code, interrupted, err := runTests(dir, caught)
	if err != nil || interrupted || code > 1 {
		return code, err // a panic or a signal: what is left is not the tests' fault
	}
	return code, run.leaks()
}

// leaks returns an error that names what is left when the tests have ended.
func (s scope) leaks() error {
	deadline := time.Now().Add(leakTimeout)
	for {
		reap()
		left := s.leftovers()
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("leak: the tests left\n\t%s", strings.Join(left, "\n\t"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// runTests runs the tests with their output to ours, and passes signals on to
// them. The code is that of the tests.
func runTests(dir string, caught *signals) (code int, interrupted bool, err error) {
	// The parent-death signal is sent when the thread ends, see prctl(2).
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	child, err := os.StartProcess("/proc/self/exe", os.Args, &os.ProcAttr{
		Env:   append(os.Environ(), runVariable+"="+dir),
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		Sys:   &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	})
	if err != nil {
		return 1, false, fmt.Errorf("start the tests: %w", err)
	}
	caught.passOn(child)
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 1, caught.came(), fmt.Errorf("wait for the tests: %w", err)
		case pid != child.Pid: // an orphan
		case status.Signaled():
			return 128 + int(status.Signal()), true, fmt.Errorf("the tests were ended by signal %v", status.Signal())
		default:
			return status.ExitStatus(), caught.came(), nil
		}
	}
}

// cleanDeadRuns removes what runs left that were killed with their supervisor.
// The lock says that none is alive.
func cleanDeadRuns() error {
	dirs, err := filepath.Glob(runPattern)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		if err := scopeOf(dir).clean(-1); err != nil {
			return err
		}
	}
	return nil
}
