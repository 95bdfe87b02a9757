package terminal

import (
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestInitialSize: the size is there before the command starts.
func TestInitialSize(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for range 20 {
			s := start(t, bed, "exec", "-it", c.ID, "stty", "size")
			s.Expect(t, "33 101\r\n")
			testbed.Equal(t, "exit code", s.Wait(t), 0)
		}
	})
}

func TestResize(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID, "sh", "-c", "trap 'stty size' WINCH; echo trapped; while :; do sleep 0.05; done")
		s.Expect(t, "trapped\r\n")
		s.Resize(t, 50, 132)
		s.Expect(t, "50 132\r\n")
		s.Resize(t, 20, 70)
		s.Expect(t, "20 70\r\n")
		s.Send(t, ctrlC)
		testbed.Equal(t, "exit code", s.Wait(t), 130)
	})
}

// TestFullScreen: an editor draws at the size of the terminal, and writes what
// was typed.
func TestFullScreen(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID, "vi", "/tmp/page")
		s.Expect(t, "\x1b[33;1H") // the last row
		s.Send(t, "iline one\rline two\x1b")
		s.Expect(t, "line two")
		s.Send(t, ":wq\r")
		testbed.Equal(t, "exit code", s.Wait(t), 0)
		testbed.Equal(t, "the file", bed.Output(t, "exec", c.ID, "cat", "/tmp/page"), "line one\nline two")
		testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
	})
}
