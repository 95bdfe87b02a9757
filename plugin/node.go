package plugin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter/term"
	"github.com/sidestep-dev/sidestep/plugin/session"
)

// node does what the clients of serve ask for.
type node struct {
	call    *call
	ctx     context.Context // done when serve is to end
	running sync.WaitGroup
}

// Version implements session.Node.
func (n *node) Version() string { return buildVersion().Version }

// idle is closed when no command runs.
func (n *node) idle() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		n.running.Wait()
		close(done)
	}()
	return done
}

// Exec implements session.Node: it is "sidestep exec" for a client.
func (n *node) Exec(ctx context.Context, start session.Start, client session.Client) (int, *session.Failure) {
	n.running.Add(1)
	defer n.running.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.ctx, cancel)()
	began := time.Now()
	code, failure := n.exec(ctx, start, client)
	n.log(start, code, failure, time.Since(began))
	return code, failure
}

func (n *node) exec(ctx context.Context, start session.Start, client session.Client) (int, *session.Failure) {
	c := *n.call
	c.args, c.began = append([]string{start.Reference}, start.Args...), time.Now()
	c.remote = &remote{client: client, start: start}
	c.err = notices(client.Notice)
	o := &execOptions{
		interactive: start.Interactive, tty: start.TTY, user: start.User, env: start.Env, workdir: start.Workdir,
		privileged: start.Privileged, noNewPrivs: start.NoNewPrivs, capAdd: start.CapAdd, join: start.Join,
		noSeccomp: start.NoSeccomp, noLabel: start.NoLabel,
		noCgroup: start.NoCgroup, ignorePaused: start.IgnorePaused,
	}
	if start.Reference == "" { // what follows would be taken for it
		return exitFailed, failureOf(&usageError{text: "no container is named", hint: "the client has to name one"})
	}
	err := c.exec(ctx, o)
	var status exitStatus
	if err == nil || errors.As(err, &status) {
		return int(status), nil
	}
	failure := failureOf(err)
	return failure.Code, failure
}

func failureOf(err error) *session.Failure {
	f := explain(err, os.Geteuid())
	return &session.Failure{Error: f.err.Error(), Detail: f.detail, Hint: f.hint, Code: f.code}
}

// log writes the line of a command: what was run is told by a hash, since
// arguments hold secrets.
func (n *node) log(start session.Start, code int, failure *session.Failure, took time.Duration) {
	name := "login shell"
	if len(start.Args) > 0 {
		name = start.Args[0]
	}
	sum := sha256.Sum256([]byte(strings.Join(start.Args, "\x00")))
	line := fmt.Sprintf("sidestep: %s: exec reason=%q target=%q user=%q command=%q argv-sha256=%x tty=%t privileged=%t exit=%d after=%s",
		now(), start.Reason, start.Reference, start.User, name, sum[:8], start.TTY, start.Privileged, code,
		took.Round(time.Millisecond))
	if failure != nil {
		line += fmt.Sprintf(" error=%q", failure.Error)
	}
	fmt.Fprintln(n.call.err, line)
}

// Query implements session.Node: it runs the command for its output.
func (n *node) Query(ctx context.Context, query session.Query) session.Answer {
	var out, messages bytes.Buffer
	app := newApp()
	app.Reader, app.Writer, app.ErrWriter = strings.NewReader(""), &out, &messages
	args := append([]string{app.Name}, n.call.globals.words()...)
	args = append(args, strings.ToLower(query.Kind))
	if query.Format != "" {
		args = append(args, "-o", query.Format)
	}
	if query.All {
		args = append(args, "-a")
	}
	if len(query.Args) > 0 {
		args = append(append(args, "--"), query.Args...)
	}
	err := app.RunContext(ctx, args)
	answer := session.Answer{Output: out.Bytes(), Messages: messages.String()}
	var coder cli.ExitCoder
	switch {
	case errors.As(err, &coder) && err.Error() == "":
		answer.Code = coder.ExitCode()
	case err != nil:
		answer.Failure = failureOf(err)
	}
	return answer
}

// remote is a client as the caller of a command.
type remote struct {
	client session.Client
	start  session.Start
}

// notices gives a client the lines that are said of its command.
type notices func(line string)

func (n notices) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		n(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "sidestep: "))
	}
	return len(p), nil
}

func (r *remote) streams(stdin bool) (io.Reader, io.Writer, io.Writer) {
	if !stdin {
		return nil, r.client.Stdout, r.client.Stderr
	}
	return r.client.Stdin, r.client.Stdout, r.client.Stderr
}

func (r *remote) listen(...syscall.Signal) (<-chan os.Signal, error) { return r.client.Signals, nil }

func (r *remote) size() term.Size {
	size := r.client.Size()
	if size.Rows == 0 || size.Cols == 0 {
		return term.Size{Rows: 24, Cols: 80}
	}
	return term.Size{Rows: size.Rows, Cols: size.Cols}
}

// raw does nothing: the client's terminal is the client's business.
func (r *remote) raw() (func() error, error) { return func() error { return nil }, nil }

func (r *remote) started(pid int) error { return r.client.Started(pid) }

// surroundings: the client has looked whether its stdin is a terminal, and has
// resolved the variables that are named alone.
func (r *remote) surroundings() surroundings {
	return surroundings{
		stdinTerminal: r.start.TTY, stdoutTerminal: r.start.TTY,
		lookupEnv: func(string) (string, bool) { return "", false },
	}
}
