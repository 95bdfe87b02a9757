package terminal

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

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// expectTimeout bounds how long a terminal may take to show something.
const expectTimeout = 10 * time.Second

// session is sidestep on a terminal of its own, as a terminal window starts
// it: the leader of a session whose controlling terminal it is.
type session struct {
	cmd    *exec.Cmd
	master *os.File // the user's side: keyboard and screen
	tty    *os.File // the program's side, kept open to look at its modes
	before unix.Termios

	mu     sync.Mutex
	screen strings.Builder // all that was shown
	seen   int             // how much of it expect has passed
}

// start starts sidestep on a terminal of 33 rows and 101 columns.
func start(t *testing.T, bed *testbed.Bed, args ...string) *session {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &session{cmd: bed.Command(args...), master: master, tty: tty}
	t.Cleanup(func() { s.close(t) })
	s.resize(t, 33, 101)
	s.before = s.modes(t)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go s.read()
	return s
}

func (s *session) read() {
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

func (s *session) close(t *testing.T) {
	if s.cmd.Process != nil && s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
	_ = s.tty.Close()
	_ = s.master.Close()
	if t.Failed() {
		t.Logf("the terminal showed %q", s.shown())
	}
}

func (s *session) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.screen.String()
}

// send types keys.
func (s *session) send(t *testing.T, keys string) {
	t.Helper()
	if _, err := s.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// expect waits until the terminal shows text after what was expected before.
func (s *session) expect(t *testing.T, text string) {
	t.Helper()
	testbed.Eventually(t, expectTimeout, "the terminal shows "+text, func() bool {
		at := strings.Index(s.shown()[s.seen:], text)
		if at >= 0 {
			s.seen += at + len(text)
		}
		return at >= 0
	})
}

// wait waits for sidestep to end and returns its exit code.
func (s *session) wait(t *testing.T) int {
	t.Helper()
	late := time.AfterFunc(expectTimeout, func() { _ = s.cmd.Process.Kill() })
	_ = s.cmd.Wait() // its error is the exit code
	if !late.Stop() {
		t.Fatalf("sidestep had not ended after %v", expectTimeout)
	}
	return testbed.ExitCode(s.cmd.ProcessState)
}

func (s *session) resize(t *testing.T, rows, columns uint16) {
	t.Helper()
	if err := pty.Setsize(s.master, &pty.Winsize{Rows: rows, Cols: columns}); err != nil {
		t.Fatal(err)
	}
}

// modes returns the terminal's modes, as stty shows them.
func (s *session) modes(t *testing.T) unix.Termios {
	t.Helper()
	termios, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *termios
}
