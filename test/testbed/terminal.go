package testbed

import (
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Terminal is a command on a terminal of its own, as a terminal window starts
// it: the leader of a session whose controlling terminal it is.
type Terminal struct {
	Process *os.Process
	Before  unix.Termios // the terminal's modes before the command started

	cmd     *exec.Cmd
	master  *os.File // the user's side: keyboard and screen
	tty     *os.File // the program's side, kept open to look at its modes
	timeout time.Duration

	mu     sync.Mutex
	screen strings.Builder // all that was shown
	seen   int             // how much of it Expect has passed
}

// StartTerminal starts a command on a terminal of 33 rows and 101 columns. The
// timeout bounds how long it may take to show something, and to end.
func StartTerminal(t testing.TB, cmd *exec.Cmd, timeout time.Duration) *Terminal {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &Terminal{cmd: cmd, master: master, tty: tty, timeout: timeout}
	t.Cleanup(func() { s.close(t) })
	s.Resize(t, 33, 101)
	s.Before = s.Modes(t)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.Process = cmd.Process
	go s.read()
	return s
}

func (s *Terminal) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.master.Read(buffer)
		s.mu.Lock()
		s.screen.Write(buffer[:n])
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *Terminal) close(t testing.TB) {
	if s.cmd.Process != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_ = s.tty.Close()
	_ = s.master.Close()
	if t.Failed() {
		t.Logf("the terminal showed %q", s.Shown())
	}
}

// Shown returns all that the terminal has shown.
func (s *Terminal) Shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// Send types keys.
func (s *Terminal) Send(t testing.TB, keys string) {
	t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// Expect waits until the terminal shows text after what was expected before.
func (s *Terminal) Expect(t testing.TB, text string) {
	t.Helper()
	Eventually(t, s.timeout, "the terminal shows "+text, func() bool {
		at := strings.Index(s.Shown()[s.seen:], text)
		if at >= 0 {
			s.seen += at + len(text)
		}
		return at >= 0
	})
}

// Wait waits for the command to end and returns its exit code.
func (s *Terminal) Wait(t testing.TB) int {
	t.Helper()
	late := time.AfterFunc(s.timeout, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait() // its error is the exit code
	if !late.Stop() {
		t.Fatalf("%s had not ended after %v", s.cmd.Args[0], s.timeout)
	}
	return ExitCode(s.cmd.ProcessState)
}

// Resize gives the terminal another size.
func (s *Terminal) Resize(t testing.TB, rows, columns uint16) {
	t.Helper()
	if err := pty.Setsize(s.master, &pty.Winsize{Rows: rows, Cols: columns}); err != nil {
		t.Fatal(err)
	}
}

// Modes returns the terminal's modes, as stty shows them.
func (s *Terminal) Modes(t testing.TB) unix.Termios {
	t.Helper()
	termios, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *termios
}
