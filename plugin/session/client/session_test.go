package client_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// deadline bounds each test.
const deadline = 2 * time.Minute

// fakeNode runs commands of its own, by the name of the first argument.
type fakeNode struct {
	commands map[string]func(context.Context, session.Start, session.Client) (int, *session.Failure)

	mu     sync.Mutex
	starts []session.Start
}

func (n *fakeNode) Version() string { return "v9" }

func (n *fakeNode) Exec(ctx context.Context, start session.Start, c session.Client) (int, *session.Failure) {
	n.mu.Lock()
	n.starts = append(n.starts, start)
	n.mu.Unlock()
	command, ok := n.commands[start.Args[0]]
	if !ok {
		return 127, &session.Failure{Error: "not found", Detail: []string{"a", ""}, Hint: "look", Code: 127}
	}
	if err := c.Started(7); err != nil {
		return 125, &session.Failure{Error: err.Error(), Code: 125}
	}
	return command(ctx, start, c)
}

func (n *fakeNode) Query(_ context.Context, q session.Query) session.Answer {
	switch q.Kind {
	case session.QueryPs:
		return session.Answer{Output: bytes.Repeat([]byte("x"), 5<<20), Messages: "slow", Code: 2}
	case session.QueryNs:
		return session.Answer{Failure: &session.Failure{Error: "no " + q.Args[0], Hint: "hint", Code: 125}}
	}
	return session.Answer{}
}

// connect serves a node in one goroutine and returns the client of another.
func connect(t *testing.T, node session.Node) *client.Node {
	t.Helper()
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	served := make(chan error, 1)
	go func() {
		served <- tunnel.Serve(toServer, fromServer, 0, func(conn net.Conn) {
			if err := session.Serve(conn, node); err != nil && !errors.Is(err, io.EOF) {
				t.Logf("the session ended: %v", err)
			}
		})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	conn, err := tunnel.Dial(ctx, toClient, fromClient, 0)
	if err != nil {
		t.Fatal(err)
	}
	n, err := client.New(ctx, conn, "v8", "a test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		n.Close()
		fromClient.Close()
		select {
		case err := <-served:
			if err != nil {
				t.Errorf("the server ended with %v", err)
			}
		case <-time.After(deadline):
			t.Error("the server has not ended")
		}
	})
	return n
}

func exec(t *testing.T, n *client.Node, s client.Streams, start *sessionpb.ExecStart) (int, string, string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	var out, errs bytes.Buffer
	if s.Stdout == nil {
		s.Stdout = &out
	}
	if s.Stderr == nil {
		s.Stderr = &errs
	}
	start.Interactive = s.Stdin != nil
	code, err := n.Exec(ctx, start, s)
	return code, out.String(), errs.String(), err
}

func command(args ...string) *sessionpb.ExecStart {
	return &sessionpb.ExecStart{Reference: "c", Argv: args}
}

func write(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Error(err)
	}
}

func TestHello(t *testing.T) {
	n := connect(t, &fakeNode{})
	host, _ := os.Hostname()
	if n.Version != "v9" || n.Host != host {
		t.Errorf("version %q, host %q", n.Version, n.Host)
	}
}

func TestExecPassesEveryOption(t *testing.T) {
	node := &fakeNode{}
	n := connect(t, node)
	_, _, _, err := exec(t, n, client.Streams{}, &sessionpb.ExecStart{
		Reference: "containerd://x", Argv: []string{"a", "", "\xff"[:0] + "ü"}, Env: []string{"A=1,2", "B="}, User: "u:g", Workdir: "/w",
		Tty: true, Size: &sessionpb.Size{Rows: 70000, Cols: 80}, Privileged: true, CapAdd: []string{"x"},
		NoNewPrivs: true, Join: []string{"net", "uts"}, NoCgroup: true, IgnorePaused: true,
	})
	var failure *client.Failure
	if !errors.As(err, &failure) || failure.Code != 127 || failure.Hint != "look" || len(failure.Detail) != 2 || failure.Text != "not found" {
		t.Errorf("failure %#v", err)
	}
	got := node.starts[0]
	if got.Reference != "containerd://x" || strings.Join(got.Args, "|") != "a||ü" || strings.Join(got.Env, "|") != "A=1,2|B=" ||
		got.User != "u:g" || got.Workdir != "/w" || got.Interactive || !got.TTY || got.Size != (session.Size{Rows: 65535, Cols: 80}) ||
		!got.Privileged || len(got.CapAdd) != 1 || !got.NoNewPrivs || len(got.Join) != 2 || !got.NoCgroup || !got.IgnorePaused ||
		got.Reason != "a test" {
		t.Errorf("started with %+v", got)
	}
}

func TestOutputAndExitCode(t *testing.T) {
	n := connect(t, &fakeNode{commands: map[string]func(context.Context, session.Start, session.Client) (int, *session.Failure){
		"quick": func(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
			write(t, c.Stdout, "x\n")
			write(t, c.Stderr, "y\n")
			return 42, nil
		},
	}})
	for range 200 {
		code, out, errs, err := exec(t, n, client.Streams{}, command("quick"))
		if code != 42 || out != "x\n" || errs != "y\n" || err != nil {
			t.Fatalf("code %d, stdout %q, stderr %q, %v", code, out, errs, err)
		}
	}
}

// sum is a command that prints the checksum of its stdin.
func sum(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
	hash := sha256.New()
	n, err := io.Copy(hash, c.Stdin)
	if err != nil || n == 0 {
		return 1, nil
	}
	_, _ = c.Stdout.Write(hash.Sum(nil))
	return 0, nil
}

func cat(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
	if _, err := io.Copy(c.Stdout, c.Stdin); err != nil {
		return 1, nil
	}
	return 0, nil
}

type commands = map[string]func(context.Context, session.Start, session.Client) (int, *session.Failure)

// TestManyBytes: many bytes in, and there and back, at the same time.
func TestManyBytes(t *testing.T) {
	n := connect(t, &fakeNode{commands: commands{"sum": sum, "cat": cat}})
	seed := make([]byte, 1<<20)
	if _, err := rand.Read(seed); err != nil {
		t.Fatal(err)
	}
	stream := func() io.Reader {
		var parts []io.Reader
		for range 8 {
			parts = append(parts, bytes.NewReader(seed))
		}
		return io.MultiReader(parts...)
	}
	want := sha256.New()
	if _, err := io.Copy(want, stream()); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		code, out, _, err := exec(t, n, client.Streams{Stdin: stream()}, command("sum"))
		if code != 0 || out != string(want.Sum(nil)) || err != nil {
			t.Errorf("sum: code %d, %x, %v", code, out, err)
		}
	})
	wait.Go(func() {
		back := sha256.New()
		code, _, _, err := exec(t, n, client.Streams{Stdin: stream(), Stdout: back}, command("cat"))
		if code != 0 || !bytes.Equal(back.Sum(nil), want.Sum(nil)) || err != nil {
			t.Errorf("cat: code %d, %x, %v", code, back.Sum(nil), err)
		}
	})
	wait.Wait()
}

// TestStdinThatIsNotRead: a signal and a size pass by a stdin that waits.
func TestStdinThatIsNotRead(t *testing.T) {
	got := make(chan string, 2)
	n := connect(t, &fakeNode{commands: commands{
		"deaf": func(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
			for range 2 {
				sig := <-c.Signals
				if sig == syscall.Signal(28) { // SIGWINCH, which not every system's package names
					got <- strings.Repeat("r", int(c.Size().Rows))
					continue
				}
				got <- sig.String()
			}
			return 3, nil
		},
	}})
	sizes, signals := make(chan *sessionpb.Size, 1), make(chan int, 1)
	sizes <- &sessionpb.Size{Rows: 5, Cols: 6}
	time.AfterFunc(100*time.Millisecond, func() { signals <- int(syscall.SIGINT) })
	code, _, _, err := exec(t, n, client.Streams{Stdin: endless{}, Sizes: sizes, Signals: signals}, command("deaf"))
	if code != 3 || err != nil {
		t.Errorf("code %d, %v", code, err)
	}
	if size, sig := <-got, <-got; size != "rrrrr" || sig != "interrupt" {
		t.Errorf("size %q, signal %q", size, sig)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// muchOutput is more than all buffers on the way hold, in bytes.
const muchOutput = 16 << 20

// slow takes what is written only when it may.
type slow struct {
	may chan bool
	got int
}

func (s *slow) Write(p []byte) (int, error) {
	<-s.may
	s.got += len(p)
	return len(p), nil
}

// TestBackpressure: a command waits for a reader that is slow, and other
// commands of the same connection go on.
func TestBackpressure(t *testing.T) {
	written := make(chan int, 1)
	n := connect(t, &fakeNode{commands: commands{
		"much": func(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
			var total atomic.Int64
			block := make([]byte, 64<<10)
			timer := time.AfterFunc(500*time.Millisecond, func() { written <- int(total.Load()) })
			defer timer.Stop()
			for total.Load() < muchOutput {
				k, err := c.Stdout.Write(block)
				if err != nil {
					return 1, nil
				}
				total.Add(int64(k))
			}
			return 0, nil
		},
		"cat": cat,
	}})
	reader := &slow{may: make(chan bool)}
	done := make(chan int, 1)
	go func() {
		code, _, _, _ := exec(t, n, client.Streams{Stdout: reader}, command("much"))
		done <- code
	}()
	if total := <-written; total > 8<<20 {
		t.Errorf("%d bytes were written that nobody read", total)
	}
	_, out, _, err := exec(t, n, client.Streams{Stdin: strings.NewReader("by the way")}, command("cat"))
	if out != "by the way" || err != nil {
		t.Errorf("another command meanwhile: %q, %v", out, err)
	}
	close(reader.may)
	if code := <-done; code != 0 || reader.got != muchOutput {
		t.Errorf("code %d, %d bytes", code, reader.got)
	}
}

// TestHalfClose: the end of stdin arrives while output goes on.
func TestHalfClose(t *testing.T) {
	n := connect(t, &fakeNode{commands: commands{
		"late": func(_ context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
			data, _ := io.ReadAll(c.Stdin)
			time.Sleep(50 * time.Millisecond)
			_, _ = c.Stdout.Write(append([]byte("after "), data...))
			return 0, nil
		},
	}})
	code, out, _, err := exec(t, n, client.Streams{Stdin: strings.NewReader("the end")}, command("late"))
	if code != 0 || out != "after the end" || err != nil {
		t.Errorf("code %d, %q, %v", code, out, err)
	}
	if code, out, _, err := exec(t, n, client.Streams{}, command("late")); code != 0 || out != "after " || err != nil {
		t.Errorf("without stdin: code %d, %q, %v", code, out, err)
	}
}

// TestGone: a command learns that its client cancelled, and that all clients
// of a connection are gone.
func TestGone(t *testing.T) {
	running, gone := make(chan bool), make(chan bool)
	hang := func(ctx context.Context, _ session.Start, c session.Client) (int, *session.Failure) {
		running <- true
		<-ctx.Done()
		if _, err := io.WriteString(c.Stdout, "anybody there?"); err == nil {
			t.Error("a client that is gone was written to")
		}
		gone <- true
		return 129, nil
	}
	n := connect(t, &fakeNode{commands: commands{"hang": hang}})
	within := func(what string) {
		t.Helper()
		select {
		case <-gone:
		case <-time.After(time.Second):
			t.Errorf("%s was not noticed within 1s", what)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { _, _ = n.Exec(ctx, command("hang"), client.Streams{Stdout: io.Discard, Stderr: io.Discard}) }()
	<-running
	cancel()
	within("the cancelled call")
	go func() {
		_, _ = n.Exec(t.Context(), command("hang"), client.Streams{Stdout: io.Discard, Stderr: io.Discard})
	}()
	<-running
	n.Close()
	within("the closed connection")
}

func TestQueries(t *testing.T) {
	n := connect(t, &fakeNode{})
	ps, err := n.Ps(t.Context(), true)
	if err != nil || len(ps.Output) != 5<<20 || ps.Messages != "slow" || ps.Code != 2 {
		t.Errorf("ps: %d bytes, %q, %d, %v", len(ps.Output), ps.Messages, ps.Code, err)
	}
	var failure *client.Failure
	if _, err := n.Ns(t.Context(), "", "web"); !errors.As(err, &failure) || failure.Text != "no web" || failure.Code != 125 {
		t.Errorf("ns: %v", err)
	}
	if doctor, err := n.Doctor(t.Context(), ""); err != nil || len(doctor.Output) != 0 {
		t.Errorf("doctor: %+v, %v", doctor, err)
	}
}
