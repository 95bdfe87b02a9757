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
			s.expect(t, "33 101\r\n")
			testbed.Equal(t, "exit code", s.wait(t), 0)
		}
	})
}

func TestResize(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID, "sh", "-c", "trap 'stty size' WINCH; echo trapped; while :; do sleep 0.05; done")
		s.expect(t, "trapped\r\n")
		s.resize(t, 50, 132)
		s.expect(t, "50 132\r\n")
		s.resize(t, 20, 70)
		s.expect(t, "20 70\r\n")
		s.send(t, ctrlC)
		testbed.Equal(t, "exit code", s.wait(t), 130)
	})
}

// TestFullScreen: an editor draws at the size of the terminal, and writes what
// was typed.
func TestFullScreen(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID, "vi", "/tmp/page")
		s.expect(t, "\x1b[33;1H") // the last row
		s.send(t, "iline one\rline two\x1b")
		s.expect(t, "line two")
		s.send(t, ":wq\r")
		testbed.Equal(t, "exit code", s.wait(t), 0)
		testbed.Equal(t, "the file", bed.Output(t, "exec", c.ID, "cat", "/tmp/page"), "line one\nline two")
		testbed.Equal(t, "modes afterwards", s.modes(t), s.before)
	})
}
