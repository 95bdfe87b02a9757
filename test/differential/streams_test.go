package differential

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// streams is the test's side of a tool's standard streams: three pipes, or a
// terminal.
type streams struct {
	stdin, stdout, errors *os.File
	given                 []*os.File
	tty                   bool

	wg       sync.WaitGroup
	out, err bytes.Buffer
}

func openStreams(t *testing.T, tty bool) *streams {
	t.Helper()
	s := &streams{tty: tty}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	stdin, w, err := os.Pipe()
	must(err)
	r, stdout, err := os.Pipe()
	must(err)
	r2, stderr, err := os.Pipe()
	must(err)
	s.stdin, s.stdout, s.errors, s.given = w, r, r2, []*os.File{stdin, stdout, stderr}
	if tty {
		for _, f := range []*os.File{stdin, w, stdout, r} {
			f.Close()
		}
		s.stdin, s.given[0] = openTerminal(t)
		s.stdout, s.given[1] = s.stdin, s.given[0]
	}
	return s
}

// openTerminal opens a terminal of the host, 31 lines of 97 columns.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 31, Col: 97}); err != nil {
		t.Fatal(err)
	}
	peer, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		t.Fatal(errno)
	}
	return master, os.NewFile(peer, "terminal")
}

// give makes the other side the standard streams of the tool. Descriptors 3
// to 5 are a pipe, a directory and a file, to be preserved or not.
func (s *streams) give(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.given[0], s.given[1], s.given[2]
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: s.tty}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	s.given = append(s.given, r)
	for _, path := range []string{"/tmp", "/etc/passwd"} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		s.given = append(s.given, f)
	}
	cmd.ExtraFiles = s.given[3:]
}

// begin collects the output. What was given is the tool's alone from now on.
func (s *streams) begin() {
	for _, f := range s.given {
		f.Close()
	}
	for from, to := range map[*os.File]*bytes.Buffer{s.stdout: &s.out, s.errors: &s.err} {
		s.wg.Go(func() { _, _ = io.Copy(to, from) }) // a terminal's end is EIO
	}
}

// close waits for the end of the output.
func (s *streams) close() {
	if !s.tty {
		s.stdin.Close()
	}
	s.wg.Wait()
	for _, f := range []*os.File{s.stdin, s.stdout, s.errors} {
		f.Close()
	}
}

func (s *streams) stderr() string { return strings.TrimSpace(s.err.String()) }
