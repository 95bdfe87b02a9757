package plugin

import (
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
)

// Main runs sidestep with the arguments args, of which the first is the
// program's name, and returns the exit code.
func Main(args []string, stdin, out, stderr *os.File) int {
	cli.HelpFlag, cli.VersionFlag = quickly(cli.HelpFlag), quickly(cli.VersionFlag)
	app := newAppFor(args)
	written := &stdout{file: out}
	app.Reader, app.Writer, app.ErrWriter = stdin, written, stderr
	err := app.Run(args)
	if err == nil {
		err = written.err()
	}
	if err == nil {
		return 0
	}
	var coder cli.ExitCoder
	if !errors.As(err, &coder) {
		coder = explain(err, os.Geteuid())
	}
	if text := coder.Error(); text != "" {
		fmt.Fprintln(stderr, text)
	}
	return coder.ExitCode()
}
