package terminal

import (
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDevice: the terminal is one of the container's own devpts.
func TestDevice(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", c.ID, "sh", "-c",
			`tty; test -t 0 && test -t 1 && test -t 2 && echo terminals; echo through >/dev/tty
			test "$(stat -c %d /dev/pts)" = "$(stat -L -c %d /proc/self/fd/0)" && echo own device
			ls -l /proc/self/fd 2>/dev/null | grep -e '->' | grep -v -e /dev/pts -e pipe: -e /dev/null; echo end`)
		s.Expect(t, "/dev/pts/0\r\nterminals\r\nthrough\r\nown device\r\nend\r\n")
		testbed.Equal(t, "exit code", s.Wait(t), 0)
	})
}

// TestUserOwnsTerminal: a user who is not root can open the terminal.
func TestUserOwnsTerminal(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-it", "-u", "dev", c.ID, "sh", "-c", `id -un; stat -c %U "$(tty)"; echo through >"$(tty)"`)
		s.Expect(t, "dev\r\ndev\r\nthrough\r\n")
		testbed.Equal(t, "exit code", s.Wait(t), 0)
	})
}

// TestOnlyWithT: a command without -t never has the caller's terminal, neither
// as a descriptor nor as /dev/tty.
func TestOnlyWithT(t *testing.T) {
	const script = `for fd in 0 1 2; do test -t $fd && echo has $fd; done
		(: </dev/tty) 2>/dev/null && echo has tty
		ls -l /proc/self/fd 2>/dev/null | grep -E 'pts|tty|ptmx'
		ps -o pid,tty,args | grep -E 'pts|136,' | grep -v grep
		echo end >&2`
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		for _, flags := range [][]string{nil, {"-i"}} {
			s := start(t, bed, append(append([]string{"exec"}, flags...), c.ID, "sh", "-c", script)...)
			s.Expect(t, "end\r\n")
			testbed.Equal(t, "exit code", s.Wait(t), 0)
			if shown := s.Shown(); strings.Contains(shown, "has") || shown != "end\r\n" {
				t.Errorf("with flags %v: %q", flags, shown)
			}
		}
	})
}

// TestInputWithoutT: -i from a terminal reads its lines, to its end of file.
func TestInputWithoutT(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		s := start(t, bed, "exec", "-i", c.ID, "sh", "-c", `while read line; do echo "got $line"; done`)
		s.Send(t, "line\n")
		s.Expect(t, "got line\r\n")
		s.Send(t, ctrlD)
		testbed.Equal(t, "exit code", s.Wait(t), 0)
		testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
	})
}
