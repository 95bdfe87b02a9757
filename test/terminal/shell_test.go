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
		s.Send(t, "echo $((40+2))\r")
		s.Expect(t, "echo $((40+2))\r\n") // echoed once, by the container's terminal
		s.Expect(t, "42\r\n")
		s.Expect(t, "/ # ")

		s.Send(t, "echo helXX"+backspace+backspace+"o"+left+"l\r")
		s.Expect(t, "\nhello\r\n")
		s.Send(t, up+"\r")
		s.Expect(t, "\nhello\r\n")

		s.Send(t, "exit 42\r")
		testbed.Equal(t, "exit code", s.Wait(t), 42)
		testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
	})
}

// TestDefaultCommand: without a command it is the user's shell.
func TestDefaultCommand(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID)
		s.Expect(t, "# ")
		s.Send(t, "echo $0 $((40+2))\r")
		s.Expect(t, "sh 42\r\n")
		s.Expect(t, "# ") // else ^D may come before the shell reads it as a key
		s.Send(t, ctrlD)
		testbed.Equal(t, "exit code", s.Wait(t), 0)
	})
}

func TestInterrupt(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		s.Send(t, "echo begun; sleep 600\r")
		s.Expect(t, "\nbegun\r\n")
		time.Sleep(200 * time.Millisecond) // until sleep is in the foreground
		s.Send(t, ctrlC)
		s.Expect(t, "/ # ")
		s.Send(t, "echo code $?\r")
		s.Expect(t, "\ncode 130\r\n")
		s.Send(t, ctrlD)
		testbed.Equal(t, "exit code", s.Wait(t), 0)
	})
}

// TestInterruptWithoutInput: without -i nothing can be typed that would end a
// shell, which takes no notice of SIGINT.
func TestInterruptWithoutInput(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for _, args := range [][]string{{"sh"}, {"sh", "-c", "echo '# '; sleep 600; true"}} {
			s := start(t, bed, append([]string{"exec", "-t", c.ID}, args...)...)
			s.Expect(t, "# ")
			begun := time.Now()
			s.Send(t, ctrlC)
			if code := s.Wait(t); code != 129 && code != 130 {
				t.Errorf("%q: exit code %d", args, code)
			}
			if took := time.Since(begun); took > 4*time.Second {
				t.Errorf("%q: took %v", args, took)
			}
			testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
		}
	})
}

func TestSuspend(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := shell(t, bed, c)
		s.Send(t, "sleep 3; echo over\r")
		time.Sleep(300 * time.Millisecond) // until sleep is in the foreground
		s.Send(t, ctrlZ)
		s.Expect(t, "Stopped")
		s.Expect(t, "/ # ")
		s.Send(t, "jobs\r")
		s.Expect(t, "Stopped")
		s.Expect(t, "/ # ") // else the job's line in the list would be taken for fg's
		s.Send(t, "fg\r")
		s.Expect(t, "sleep 3")
		s.Expect(t, "/ # ")
		s.Send(t, ctrlD)
		testbed.Equal(t, "exit code", s.Wait(t), 0)
	})
}

// TestKeysWithoutTerminal: ^C on the caller's terminal ends a command that has
// none.
func TestKeysWithoutTerminal(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", c.ID, "sh", "-c", "echo begun; exec sleep 600")
		s.Expect(t, "begun\r\n")
		s.Send(t, ctrlC)
		testbed.Equal(t, "exit code", s.Wait(t), 130)
	})
}
