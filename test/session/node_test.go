package session

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
	"github.com/sidestep-dev/sidestep/test/testbed"
)

// timeout bounds each command of a test.
const timeout = 5 * time.Minute

// node is a sidestep that serves on its stdin and stdout, and a client of it.
type node struct {
	*client.Node
	cmd   *exec.Cmd
	stdin io.WriteCloser

	mu  sync.Mutex
	log bytes.Buffer
}

// Write takes the node's log.
func (n *node) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.Write(p)
}

func (n *node) logged() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.String()
}

// serve starts sidestep serve and connects to it.
func serve(t *testing.T, bed *testbed.Bed, flags ...string) *node {
	t.Helper()
	return connect(t, bed.Command(append([]string{"serve", "--stdio"}, flags...)...))
}

// connect starts a command that serves and connects to it.
func connect(t *testing.T, cmd *exec.Cmd) *node {
	t.Helper()
	n := &node{cmd: cmd}
	n.cmd.Stderr = n
	stdin, err := n.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := n.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	n.stdin = stdin
	t.Cleanup(func() {
		stdin.Close()
		late := time.AfterFunc(timeout, func() { _ = n.cmd.Process.Kill() })
		_ = n.cmd.Wait() // how it ends is each test's own question
		if !late.Stop() {
			t.Errorf("sidestep serve had not ended %v after the end of its stdin", timeout)
		}
		if t.Failed() {
			t.Logf("the node's log:\n%s", n.logged())
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	conn, err := tunnel.Dial(ctx, stdout, stdin, 250*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if n.Node, err = client.New(ctx, conn, "test", "drill 4"); err != nil {
		t.Fatal(err)
	}
	return n
}

// run runs a command to its end.
func (n *node) run(t *testing.T, start *sessionpb.ExecStart, s client.Streams) (testbed.Result, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	if s.Stdout == nil {
		s.Stdout = &stdout
	}
	s.Stderr = &stderr
	start.Interactive = s.Stdin != nil
	code, err := n.Exec(ctx, start, s)
	return testbed.Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: code}, err
}

func command(c *testbed.Container, args ...string) *sessionpb.ExecStart {
	return &sessionpb.ExecStart{Reference: "containerd://" + c.ID, Argv: args}
}
