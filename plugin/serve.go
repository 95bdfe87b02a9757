package plugin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/plugin/session"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

const (
	// silence is how long a client may say nothing before it counts as gone,
	// where its end cannot be seen.
	silence = 3 * time.Second
	// leaveDeadline is how long commands may take to end with serve.
	leaveDeadline = 2 * time.Second
)

// forPrograms is the category of commands that nobody types: help shows them
// apart, and they are not offered.
const forPrograms = "For programs"

func serveCommand() *cli.Command {
	var stdio, host, keep bool
	return &cli.Command{
		Name:     "serve",
		Category: forPrograms,
		Usage:    "answer kubectl sidestep",
		Description: "It answers one client after the other on stdin and stdout, until stdin ends,\n" +
			"and writes a line for each command to stderr.",
		Flags: named(
			toggle(&stdio, "serve on stdin and stdout", "stdio"),
			toggle(&host, "be a process of the host first: join the namespaces of process 1", "host"),
			toggle(&keep, "end what runs for a client that is silent for 3s: stdin outlives it", "keep"),
		),
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsAnyway, func(ctx context.Context, c *call) error {
			if err := c.noArguments(); err != nil {
				return err
			}
			if !stdio {
				return usage(c.cli, "only --stdio can be served")
			}
			if host {
				if err := nsenter.RejoinHost(os.Args, os.Environ()); err != nil {
					return err
				}
			}
			return c.serve(ctx, keep)
		}),
	}
}

// serve answers clients until stdin ends or a signal comes. What runs for them
// has ended then.
func (c *call) serve(ctx context.Context, keep bool) error {
	spread()
	// A client that is gone is an error of a write, not the end of this process.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer stop()
	var patience time.Duration
	if keep {
		patience = silence
	}
	n := &node{call: c, ctx: ctx}
	served := make(chan error, 1)
	out := c.out
	if f := asFile(out); f != nil { // whose errors nobody keeps: a client may go away
		out = f
	}
	go func() {
		served <- tunnel.Serve(c.input(), out, patience, func(conn net.Conn) {
			if err := session.Serve(conn, n); err != nil && !errors.Is(err, tunnel.ErrReplaced) {
				fmt.Fprintf(c.err, "sidestep: %s: the session has ended: %s\n", now(), escape.Text(err.Error()))
			}
		})
	}()
	select {
	case err := <-served:
		if err != nil {
			return fmt.Errorf("serve on stdin and stdout: %w", err)
		}
		return nil
	case <-ctx.Done():
	}
	select {
	case <-n.idle():
		return nil
	case <-time.After(leaveDeadline):
		return fmt.Errorf("commands have not ended %s after their session", leaveDeadline)
	}
}

// now returns the time as the node's log has it.
func now() string { return time.Now().UTC().Format(time.RFC3339) }
