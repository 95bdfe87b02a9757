package terminal

import (
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

const (
	ctrlC     = "\x03"
	ctrlD     = "\x04"
	ctrlZ     = "\x1a"
	backspace = "\x7f"
	left      = "\x1b[D"
	up        = "\x1b[A"
)

func TestShell(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		s.send(t, "echo $((40+2))\r")
		s.expect(t, "echo $((40+2))\r\n") // echoed once, by the container's terminal
		s.expect(t, "42\r\n")
		s.expect(t, "/ # ")

		s.send(t, "echo helXX"+backspace+backspace+"o"+left+"l\r")
		s.expect(t, "\nhello\r\n")
		s.send(t, up+"\r")
		s.expect(t, "\nhello\r\n")

		s.send(t, "exit 42\r")
		testbed.Equal(t, "exit code", s.wait(t), 42)
		testbed.Equal(t, "modes afterwards", s.modes(t), s.before)
	})
}

// TestDefaultCommand: without a command it is the user's shell.
func TestDefaultCommand(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID)
		s.expect(t, "# ")
		s.send(t, "echo $0 $((40+2))\r")
		s.expect(t, "sh 42\r\n")
		s.send(t, ctrlD)
		testbed.Equal(t, "exit code", s.wait(t), 0)
	})
}

func TestInterrupt(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		s.send(t, "echo begun; sleep 600\r")
		s.expect(t, "\nbegun\r\n")
		time.Sleep(200 * time.Millisecond) // until sleep is in the foreground
		s.send(t, ctrlC)
		s.expect(t, "/ # ")
		s.send(t, "echo code $?\r")
		s.expect(t, "\ncode 130\r\n")
		s.send(t, ctrlD)
		testbed.Equal(t, "exit code", s.wait(t), 0)
	})
}

func TestSuspend(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		s.send(t, "sleep 3; echo over\r")
		time.Sleep(300 * time.Millisecond) // until sleep is in the foreground
		s.send(t, ctrlZ)
		s.expect(t, "Stopped")
		s.expect(t, "/ # ")
		s.send(t, "jobs\r")
		s.expect(t, "Stopped")
		s.send(t, "fg\r")
		s.expect(t, "sleep 3")
		s.expect(t, "/ # ")
		s.send(t, ctrlD)
		testbed.Equal(t, "exit code", s.wait(t), 0)
	})
}

// TestKeysWithoutTerminal: ^C on the caller's terminal ends a command that has
// none.
func TestKeysWithoutTerminal(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", c.ID, "sh", "-c", "echo begun; exec sleep 600")
		s.expect(t, "begun\r\n")
		s.send(t, ctrlC)
		testbed.Equal(t, "exit code", s.wait(t), 130)
	})
}
