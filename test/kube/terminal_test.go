package kube

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// testTerminal: a shell at the size of the terminal, which ^C interrupts and
// which leaves the terminal as it was.
func testTerminal(t *testing.T, c *cluster) {
	s := c.terminal(t, "exec", "-it", "app", "-c", "first", "--", "sh")
	s.Expect(t, "/ # ")
	s.Send(t, "stty size; tty; echo $TERM-$C\r")
	s.Expect(t, "33 101\r\n/dev/pts/0\r\n")
	s.Expect(t, "-first\r\n")
	// A shell of its own: the interactive one is not in the foreground then.
	s.Send(t, `sh -c "trap 'stty size' WINCH; echo trapped; while :; do sleep 0.1; done"`+"\r")
	s.Expect(t, "trapped\r\n")
	s.Resize(t, 50, 132)
	s.Expect(t, "50 132\r\n")
	s.Resize(t, 20, 70)
	s.Expect(t, "20 70\r\n")
	s.Send(t, "\x03")
	s.Expect(t, "/ # ")
	s.Send(t, "sleep 4713\r")
	testbed.Eventually(t, sessionTimeout, "the command runs", func() bool { return c.commands("sleep 4713") == 1 })
	s.Send(t, "\x03")
	s.Expect(t, "/ # ") // the shell reads keys again
	s.Send(t, "echo interrupted: $?\r")
	s.Expect(t, "interrupted: 130\r\n")
	s.Send(t, "exit 5\r")
	testbed.Equal(t, "exit code", s.Wait(t), 5)
	testbed.Equal(t, "modes afterwards", s.Modes(t), s.Before)
	c.nothingLeft(t)
}

// testTerminalEveryTime: the first output of a short command is never lost.
func testTerminalEveryTime(t *testing.T, c *cluster) {
	for range 3 { // each with a helper pod of its own
		echo(t, c)
	}
	c.nothingLeft(t)
	c.keep(t)
	for range 50 {
		echo(t, c, "--keep")
	}
}

func echo(t *testing.T, c *cluster, flags ...string) {
	t.Helper()
	s := c.terminal(t, append(append([]string{"exec", "-it"}, flags...), "app", "--", "echo", "x")...)
	s.Expect(t, "x\r\n")
	testbed.Equal(t, "exit code", s.Wait(t), 0)
}

// testSignals: whatever ends the client ends the command and removes the
// helper pod; nothing can remove it when the client is killed, but the command
// ends then too.
func testSignals(t *testing.T, c *cluster) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		s := c.terminal(t, "exec", "-it", "app", "--", "sh", "-c", "echo begun; exec sleep 4714")
		s.Expect(t, "begun\r\n")
		testbed.Eventually(t, sessionTimeout, "the shell has become the command", func() bool { return c.commands("sleep 4714") == 1 })
		if err := s.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		testbed.Equal(t, "exit code after "+sig.String(), s.Wait(t), 128+int(sig))
		testbed.Eventually(t, sessionTimeout, "the command has ended after "+sig.String(), func() bool { return c.commands("sleep 4714") == 0 })
		if sig == syscall.SIGKILL {
			c.output(t, "cleanup", "--all")
		} else {
			testbed.Equal(t, "modes after "+sig.String(), s.Modes(t), s.Before)
		}
		c.nothingLeft(t)
	}
}

// testKilledKept: what runs by a helper that is kept, whose stdin outlives its
// clients, ends with a client that is killed within a second.
func testKilledKept(t *testing.T, c *cluster) {
	c.keep(t)
	best := time.Hour
	for range 3 { // a machine may be busy
		s := c.terminal(t, "exec", "-it", "--keep", "app", "--", "sh", "-c", "echo begun; exec sleep 4715")
		s.Expect(t, "begun\r\n")
		testbed.Eventually(t, sessionTimeout, "the session is guarded", func() bool { return c.guards() == 1 })
		time.Sleep(100 * time.Millisecond) // the guard has started too
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		killed := time.Now()
		testbed.Eventually(t, sessionTimeout, "the command has ended after its client", func() bool { return c.commands("sleep 4715") == 0 })
		best = min(best, time.Since(killed))
		testbed.Equal(t, "exit code", s.Wait(t), 128+int(syscall.SIGKILL))
		testbed.Eventually(t, sessionTimeout, "the guard has ended", func() bool { return c.guards() == 0 })
		testbed.Equal(t, "the next command", c.output(t, "exec", "--keep", "app", "--", "echo", "x"), "x")
	}
	t.Logf("a command ends %d ms after its client was killed, with a helper that is kept", best.Milliseconds())
	if best > time.Second {
		t.Errorf("the command ended %v after its client", best)
	}
}

// testStoppedKept: a client that was stopped for so long that its command was
// ended learns that when it goes on, and the next one has the helper.
func testStoppedKept(t *testing.T, c *cluster) {
	c.keep(t)
	s := c.terminal(t, "exec", "--keep", "app", "--", "sh", "-c", "echo begun; exec sleep 4716")
	s.Expect(t, "begun\r\n")
	testbed.Signal(t, s.Process.Pid, syscall.SIGSTOP)
	testbed.Eventually(t, sessionTimeout, "the command has ended", func() bool { return c.commands("sleep 4716") == 0 })
	testbed.Signal(t, s.Process.Pid, syscall.SIGCONT)
	s.Expect(t, "nothing was heard of the client for 3s\r\n")
	testbed.Equal(t, "exit code", s.Wait(t), 125)
	testbed.Equal(t, "the next command", c.output(t, "exec", "--keep", "app", "--", "echo", "x"), "x")
}

// guards returns how many processes guard sessions.
func (c *cluster) guards() int {
	n := 0
	for _, p := range c.Processes() {
		if strings.Contains(p.Args, " __guard ") && p.State != 'Z' {
			n++
		}
	}
	return n
}

// commands returns how many processes of the node run the command line.
func (c *cluster) commands(args string) int {
	n := 0
	for _, p := range c.Processes() {
		if p.Args == args && p.State != 'Z' {
			n++
		}
	}
	return n
}
