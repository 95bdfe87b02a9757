package plugin

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/urfave/cli/v2"
)

// Main runs sidestep with the arguments args, of which the first is the
// program's name, and returns the exit code.
func Main(args []string, stdin, stdout, stderr *os.File) int {
	growStack()
	app := newApp()
	app.Reader, app.Writer, app.ErrWriter = stdin, stdout, stderr
	err := app.Run(args)
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

// growStack gives this goroutine the stack that a command needs, at once. It
// would grow step by step otherwise, with a copy of it at each.
//
//go:noinline
func growStack() {
	var room [24 << 10]byte
	runtime.KeepAlive(&room[len(room)-1])
}
