package session

import (
	"context"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/test/testbed"
)

// soon is how long a command may outlive its client: half a second until it is
// killed, and what a machine with much else to do takes on top of it.
const soon = 4 * time.Second

// TestClientGone: whatever way a client goes, its command is gone at once:
// also one that ignores SIGHUP, and what it has started.
func TestClientGone(t *testing.T) {
	for how, leave := range map[string]func(*node, context.CancelFunc){
		"cancels":        func(_ *node, cancel context.CancelFunc) { cancel() },
		"closes":         func(n *node, _ context.CancelFunc) { n.Close() },
		"is killed":      func(n *node, _ context.CancelFunc) { n.stdin.Close() },
		"serve is ended": func(n *node, _ context.CancelFunc) { _ = n.cmd.Process.Signal(syscall.SIGTERM) },
	} {
		t.Run(how, func(t *testing.T) {
			each(t, func(t *testing.T, n *node, c *testbed.Container) {
				for _, script := range []string{
					"sleep 4711",
					"sleep 4711; echo",
					"trap '' HUP; echo ready; sleep 4711; sleep 4711",
				} {
					if how != "cancels" && script != "sleep 4711; echo" {
						continue // one each, since the node is gone after it
					}
					for _, tty := range []bool{false, true} {
						if how != "cancels" && tty {
							continue
						}
						start := command(c, "sh", "-c", script)
						start.Tty = tty
						ctx, cancel := context.WithCancel(t.Context())
						succeeded := make(chan bool, 1)
						go func() {
							code, err := n.Exec(ctx, start, client.Streams{Stdout: io.Discard, Stderr: io.Discard})
							succeeded <- err == nil && code == 0
						}()
						testbed.Eventually(t, 10*time.Second, "the command runs", func() bool { return runs() })
						leave(n, cancel)
						if <-succeeded {
							t.Error("the client took it for a success")
						}
						deadline := time.Now().Add(soon)
						for runs() && time.Now().Before(deadline) {
							time.Sleep(20 * time.Millisecond)
						}
						if runs() {
							t.Errorf("%q (terminal: %t) runs %v after its client has gone", script, tty, soon)
						}
						cancel()
					}
				}
			})
		})
	}
}

// runs reports whether one of the commands that sleep so long runs, and not
// what calls for them.
func runs() bool {
	out, err := exec.Command("pgrep", "-fx", "sleep 4711( .*)?|sh -c .*sleep 4711.*").Output()
	return err == nil && strings.TrimSpace(string(out)) != ""
}
