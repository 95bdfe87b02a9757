package terminal

import (
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestRestored: however it ends, the terminal has the modes that it had.
func TestRestored(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT} {
			s := sleeping(t, bed, c)
			if err := s.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			testbed.Equal(t, "exit code after "+sig.String(), s.Wait(t), 128+int(sig))
			testbed.Equal(t, "modes after "+sig.String(), s.Modes(t), s.Before)
		}

		s := sleeping(t, bed, c)
		for _, p := range testbed.Processes() {
			if strings.HasSuffix(p.Args, "sleep 4713") && !strings.Contains(p.Args, "exec") {
				_ = syscall.Kill(p.PID, syscall.SIGKILL)
			}
		}
		testbed.Equal(t, "exit code when the command was killed", s.Wait(t), 137)
		testbed.Equal(t, "modes when the command was killed", s.Modes(t), s.Before)

		s = start(t, bed, "exec", "-it", c.ID, "no-such-command")
		testbed.Equal(t, "exit code of a command that is not there", s.Wait(t), 127)
		testbed.Equal(t, "modes when there is no command", s.Modes(t), s.Before)
	})
}

// sleeping starts a command that sleeps, and waits until it has: the terminal
// is raw then.
func sleeping(t *testing.T, bed *testbed.Bed, c *testbed.Container) *testbed.Terminal {
	t.Helper()
	s := start(t, bed, "exec", "-it", c.ID, "sh", "-c", "echo begun; exec sleep 4713")
	s.Expect(t, "begun\r\n")
	if s.Modes(t) == s.Before {
		t.Error("the caller's terminal is not raw while a command has its own")
	}
	return s
}

// TestContainerDies: a session ends when its container does.
func TestContainerDies(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		if err := syscall.Kill(c.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "exit code", s.Wait(t), 137)
		testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
	})
}

// TestHangup: when sidestep is killed, the command's terminal hangs up.
func TestHangup(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := sleeping(t, bed, c)
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "exit code", s.Wait(t), 137)
		testbed.Eventually(t, expectTimeout, "the command has ended", func() bool {
			return !strings.Contains(bed.Output(t, "exec", c.ID, "ps"), "sleep 4713")
		})
	})
}
