package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
	"github.com/sidestep-dev/sidestep/test/testbed"
)

// each runs a test with a container of each flavour and a node that serves.
func each(t *testing.T, test func(*testing.T, *node, *testbed.Container)) {
	t.Helper()
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "86400"}})
		test(t, serve(t, bed), c)
	})
}

func TestExec(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		r, err := n.run(t, command(c, "sh", "-c", "echo out; echo err >&2; exit 42"), client.Streams{})
		testbed.Equal(t, "result", r, testbed.Result{Stdout: "out\n", Stderr: "err\n", Code: 42})
		if err != nil {
			t.Error(err)
		}
		start := command(c, "sh", "-c", "id -u; echo $A; pwd; tty")
		start.User, start.Env, start.Workdir, start.Tty = "33", []string{"A=1,2"}, "/tmp", true
		r, err = n.run(t, start, client.Streams{})
		if err != nil || !strings.HasPrefix(r.Stdout, "33\r\n1,2\r\n/tmp\r\n/dev/pts/") || r.Code != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		r, err = n.run(t, command(c, "sh", "-c", "kill -KILL $$"), client.Streams{})
		testbed.Equal(t, "killed", r.Code, 137)
		if err != nil {
			t.Error(err)
		}
	})
}

// TestLeftOut: what is left out on demand is, and the client is told.
func TestLeftOut(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Args: []string{"/bin/sleep", "86400"}, Flags: []string{"--seccomp"}})
		n := serve(t, bed)
		filter := []string{"grep", "^Seccomp:", "/proc/self/status"}
		r, err := n.run(t, command(c, filter...), client.Streams{})
		testbed.Equal(t, "with the filter", r, testbed.Result{Stdout: "Seccomp:\t2\n"})
		if err != nil {
			t.Error(err)
		}
		start := command(c, filter...)
		start.NoSeccomp, start.NoLabel = true, true
		var said []string
		r, err = n.run(t, start, client.Streams{Notice: func(line string) { said = append(said, line) }})
		testbed.Equal(t, "without", r, testbed.Result{Stdout: "Seccomp:\t0\n"})
		if err != nil || !slices.Contains(said, "the command runs without the container's seccomp filters") {
			t.Errorf("%q, %v", said, err)
		}
	})
}

// TestFailures: the node's own words, hint and code arrive.
func TestFailures(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		for _, test := range []struct {
			start *sessionpb.ExecStart
			code  int
			text  string
			hint  string
		}{
			{command(c, "no-such-command"), 127, "no-such-command", "its own files"},
			{command(c, "/etc"), 126, "/etc", "ls -l /etc"},
			{&sessionpb.ExecStart{Reference: "no-such-container", Argv: []string{"true"}}, 125, "no-such-container", "ps -a"},
			{&sessionpb.ExecStart{Argv: []string{"true"}}, 125, "no container", "name one"},
			{&sessionpb.ExecStart{Reference: c.ID, Argv: []string{"true"}, User: "nobody-at-all"}, 125, "nobody-at-all", "-u"},
		} {
			_, err := n.run(t, test.start, client.Streams{})
			var failure *client.Failure
			if !errors.As(err, &failure) {
				t.Errorf("%v: %v", test.start, err)
				continue
			}
			if failure.Code != test.code || !strings.Contains(failure.Text, test.text) || !strings.Contains(failure.Hint, test.hint) {
				t.Errorf("%v: %+v", test.start, failure)
			}
		}
	})
}

// TestStdinToItsEnd: 100 MB arrive whole, and what the command says after the
// end of its stdin too.
func TestStdinToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		sum := sha256.New()
		input := io.TeeReader(io.LimitReader(rand.Reader, 100<<20), sum)
		r, err := n.run(t, command(c, "sha256sum"), client.Streams{Stdin: input})
		testbed.Equal(t, "result", r, testbed.Result{Stdout: hex.EncodeToString(sum.Sum(nil)) + "  -\n"})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestLastOutput: all that a quick command writes arrives, with and without a
// terminal, and much of it.
func TestLastOutput(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		for i := range 50 {
			start := command(c, "echo", "x")
			start.Tty = i%2 == 1
			want := map[bool]string{false: "x\n", true: "x\r\n"}[start.Tty]
			r, err := n.run(t, start, client.Streams{})
			if err != nil || r.Stdout != want || r.Code != 0 {
				t.Fatalf("run %d: %+v, %v", i, r, err)
			}
		}
		r, err := n.run(t, command(c, "sh", "-c", "head -c 20000000 /dev/zero; exit 3"), client.Streams{})
		if err != nil || len(r.Stdout) != 20000000 || r.Code != 3 {
			t.Errorf("%d bytes, code %d, %v", len(r.Stdout), r.Code, err)
		}
		begin := time.Now()
		r, err = n.run(t, command(c, "sh", "-c", "sleep 30 & echo started"), client.Streams{})
		if err != nil || r.Stdout != "started\n" || time.Since(begin) > 5*time.Second {
			t.Errorf("with a child that goes on: %+v, %v, after %v", r, err, time.Since(begin))
		}
		if _, err := n.run(t, command(c, "killall", "sleep"), client.Streams{}); err != nil {
			t.Error(err)
		}
	})
}

// TestTerminal: sizes and keys arrive.
func TestTerminal(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		start := command(c, "sh", "-c", `stty size; trap "stty size" WINCH; trap "echo int; exit 5" INT; echo ready; while :; do sleep 0.1; done`)
		start.Tty, start.Size = true, &sessionpb.Size{Rows: 33, Cols: 101}
		keys, typed := io.Pipe()
		sizes := make(chan *sessionpb.Size, 1)
		screen := &watched{reactions: []reaction{
			{"ready", func() { sizes <- &sessionpb.Size{Rows: 20, Cols: 70} }},
			{"20 70", func() { go func() { _, _ = typed.Write([]byte{3}) }() }},
		}}
		r, err := n.run(t, start, client.Streams{Stdin: keys, Stdout: screen, Sizes: sizes})
		if text := screen.text.String(); err != nil || r.Code != 5 || !strings.HasPrefix(text, "33 101\r\nready\r\n20 70\r\n") || !strings.Contains(text, "int") {
			t.Errorf("code %d, %q, %v", r.Code, text, err)
		}
	})
}

// watched is a stdout that reacts to what it shows, in order.
type watched struct {
	text      strings.Builder
	reactions []reaction
}

type reaction struct {
	text string
	do   func()
}

func (w *watched) Write(p []byte) (int, error) {
	w.text.Write(p)
	for len(w.reactions) > 0 && strings.Contains(w.text.String(), w.reactions[0].text) {
		w.reactions[0].do()
		w.reactions = w.reactions[1:]
	}
	return len(p), nil
}

func TestSignals(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		signals := make(chan int, 1)
		out := &firstWrite{then: func() { signals <- int(syscall.SIGTERM) }}
		r, err := n.run(t, command(c, "sh", "-c", `trap "exit 9" TERM; echo ready; while :; do sleep 0.05; done`),
			client.Streams{Stdout: out, Signals: signals})
		testbed.Equal(t, "code", r.Code, 9)
		if err != nil {
			t.Error(err)
		}
	})
}

// firstWrite calls then at the first write.
type firstWrite struct {
	once sync.Once
	then func()
}

func (w *firstWrite) Write(p []byte) (int, error) {
	w.once.Do(w.then)
	return len(p), nil
}

// TestTogether: many commands share a connection.
func TestTogether(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		var wait sync.WaitGroup
		for i := range 20 {
			wait.Go(func() {
				text := fmt.Sprint("number ", i)
				r, err := n.run(t, command(c, "cat"), client.Streams{Stdin: strings.NewReader(text)})
				if err != nil || r.Stdout != text {
					t.Errorf("%q: %+v, %v", text, r, err)
				}
			})
		}
		wait.Wait()
	})
}

func TestQueries(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		ps, err := n.Ps(t.Context(), false)
		var rows []struct{ ID string }
		if err == nil {
			err = json.Unmarshal(ps.Output, &rows)
		}
		if err != nil || len(rows) != 1 || rows[0].ID != c.ID {
			t.Errorf("ps: %s, %v", ps.Output, err)
		}
		ns, err := n.Ns(t.Context(), "json", c.ID)
		var namespaces struct{ Namespaces []struct{ Kind string } }
		if err == nil {
			err = json.Unmarshal(ns.Output, &namespaces)
		}
		if err != nil || len(namespaces.Namespaces) < 7 {
			t.Errorf("ns: %s, %v", ns.Output, err)
		}
		var failure *client.Failure
		if _, err := n.Ns(t.Context(), "json", "-x"); !errors.As(err, &failure) || failure.Code != 125 {
			t.Errorf("ns of nothing: %v", err)
		}
	})
}

// TestLog: a line says who was where, and not what for secrets were given.
func TestLog(t *testing.T) {
	each(t, func(t *testing.T, n *node, c *testbed.Container) {
		if _, err := n.run(t, command(c, "echo", "s3cret"), client.Streams{}); err != nil {
			t.Fatal(err)
		}
		testbed.Eventually(t, 5*time.Second, "the command is logged", func() bool { return n.logged() != "" })
		line := n.logged()
		for _, want := range []string{`reason="drill 4"`, c.ID, `command="echo"`, "argv-sha256=", "exit=0"} {
			if !strings.Contains(line, want) {
				t.Errorf("no %s in %q", want, line)
			}
		}
		if strings.Contains(line, "s3cret") || strings.Count(line, "\n") != 1 {
			t.Errorf("log %q", line)
		}
	})
}
