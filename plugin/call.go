package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/nsenter/term"
	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/resolver"
)

// call is one call of one of the commands.
type call struct {
	cli     *cli.Context
	args    []string // what is left after the flags
	globals globals
	out     io.Writer
	err     io.Writer
	began   time.Time
	remote  caller // nil: the process itself
}

// action makes the Action of a command that parses its own arguments.
func action(order order, run func(context.Context, *call) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		call := &call{cli: c, globals: readGlobals(c), out: c.App.Writer, err: c.App.ErrWriter, began: time.Now()}
		args, err := parse(c.Command.Flags, order, c.Args().Slice())
		if errors.Is(err, errHelp) {
			return cli.ShowSubcommandHelp(c)
		}
		if err != nil {
			return explain(badFlag(c, err), 0)
		}
		call.args = args
		err = run(c.Context, call)
		var status exitStatus
		if err == nil || errors.As(err, &status) {
			return err
		}
		return explain(err, os.Geteuid())
	}
}

// resolver returns a resolver as the global flags want it, to be closed.
func (c *call) resolver() (*resolver.Resolver, error) {
	config, err := c.globals.config()
	if err != nil {
		return nil, err
	}
	return resolver.New(config), nil
}

// container parses the one argument of a command, CONTAINER.
func (c *call) container() (resolver.Reference, error) {
	var none resolver.Reference
	switch len(c.args) {
	case 0:
		return none, usage(c.cli, "no container is named")
	case 1:
		return resolver.ParseReference(c.args[0])
	}
	return none, usage(c.cli, "one container at a time: %q is one too many", c.args[1])
}

// noArguments refuses arguments that a command has no use for.
func (c *call) noArguments() error {
	if len(c.args) > 0 {
		return usage(c.cli, "unexpected argument %q", c.args[0])
	}
	return nil
}

// debugf says with --debug what was done and how long after the start.
func (c *call) debugf(format string, args ...any) {
	if c.globals.debug {
		after := time.Since(c.began).Round(100 * time.Microsecond)
		fmt.Fprintf(c.err, "sidestep: debug: %s: %s\n", after, escape.Text(fmt.Sprintf(format, args...)))
	}
}

// caller returns who the command is run for: whom the call names, or else the
// process, with the files that the application was given.
func (c *call) caller() caller {
	if c.remote != nil {
		return c.remote
	}
	file := func(stream any, fallback *os.File) *os.File {
		if f := asFile(stream); f != nil {
			return f
		}
		return fallback
	}
	app := c.cli.App
	return local{
		stdin:  file(app.Reader, os.Stdin),
		stdout: file(app.Writer, os.Stdout),
		stderr: file(app.ErrWriter, os.Stderr),
	}
}

// input returns what the application reads.
func (c *call) input() io.Reader {
	if c.cli.App.Reader == nil {
		return os.Stdin
	}
	return c.cli.App.Reader
}

// coloured reports whether the output may have colours: on a terminal, unless
// the user objects (no-color.org).
func (c *call) coloured() bool {
	f := asFile(c.out)
	return f != nil && os.Getenv("NO_COLOR") == "" && term.IsTerminal(f)
}
