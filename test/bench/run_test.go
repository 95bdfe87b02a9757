package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sample is what one run of a command took.
type sample struct {
	wall, cpu time.Duration // cpu: user and system time, of the children that it waited for too
}

// run runs a command to its end, which must be exit code 0. Its streams are
// null devices.
func run(args []string) (sample, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return sample{}, err
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return sample{}, err
	}
	defer null.Close()
	begin := time.Now()
	p, err := os.StartProcess(path, args, &os.ProcAttr{Files: []*os.File{null, null, null}, Env: os.Environ()})
	if err != nil {
		return sample{}, err
	}
	state, err := p.Wait()
	wall := time.Since(begin)
	if err == nil && !state.Success() {
		err = fmt.Errorf("%s: %v", strings.Join(args, " "), state)
	}
	return sample{wall: wall, cpu: state.UserTime() + state.SystemTime()}, err
}

// timeout bounds one run of a command that is not timed.
const timeout = time.Minute

// output runs a command and returns what it writes to stdout and stderr.
func output(args ...string) (string, error) {
	timer := time.Minute
	cmd := exec.Command(args[0], args[1:]...)
	cmd.WaitDelay = timeout
	killed := time.AfterFunc(timer, func() { _ = cmd.Process.Kill() })
	defer killed.Stop()
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out)), err
}

// peak returns the peak resident memory of the largest process of a command,
// in KiB. Busybox starts it: a process that was forked by a large one has that
// one's memory for its peak (getrusage(2)).
func peak(b *testing.B, args []string) int {
	b.Helper()
	// Some versions of busybox take the kernel's KiB for pages. No shell that
	// does nothing takes 4 MiB.
	const most = 4 << 10
	n := busyboxTime(b, args)
	if busyboxTime(b, []string{"/bin/sh", "-c", ":"}) > most {
		n /= os.Getpagesize() >> 10
	}
	return n
}

func busyboxTime(b *testing.B, args []string) int {
	b.Helper()
	file := filepath.Join(b.TempDir(), "peak")
	path, err := exec.LookPath(args[0]) // busybox would take its own
	if err != nil {
		b.Fatal(err)
	}
	if _, err := run(append([]string{"busybox", "time", "-f", "%M", "-o", file, path}, args[1:]...)); err != nil {
		b.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(data))
	n, err := strconv.Atoi(fields[len(fields)-1])
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// atOnce runs a command n times at the same time, and returns how many succeeded
// and how long all took.
func atOnce(n int, args []string) (succeeded int, took time.Duration) {
	begin := time.Now()
	results := make(chan error, n)
	for range n {
		go func() {
			_, err := run(args)
			results <- err
		}()
	}
	for range n {
		if <-results == nil {
			succeeded++
		}
	}
	return succeeded, time.Since(begin)
}

// through times a line of shell, with the given GiB or MiB of it as its rate.
func through(line string) (time.Duration, error) {
	cmd := exec.Command("sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", line, err, out)
	}
	return time.Since(begin), err
}
