package plugin

import (
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Commands returns new commands that enter and look at containers: exec, ps,
// pid, ns, who, doctor and task.
func Commands() []*cli.Command {
	return []*cli.Command{execCommand(), psCommand(), pidCommand(), nsCommand(), whoCommand(), doctorCommand(), taskCommand()}
}

// newApp returns the application that sidestep is.
func newApp() *cli.App {
	app := newAppOf(append(Commands(), serveCommand(), versionCommand(), completionCommand(), completeCommand(), helpCommand()))
	app.Version = buildVersion().Version
	return app
}

// newAppFor returns what is needed of the application for a line of arguments. To
// set up all other commands, and to ask for its version, takes exec a hundredth of
// its time.
func newAppFor(args []string) *cli.App {
	if slices.Contains(args, "exec") {
		if app := newAppOf([]*cli.Command{execCommand()}); reaches(app, args) {
			return app
		}
	}
	return newApp()
}

// reaches reports whether the arguments come to a command of the application, and
// to nothing before it that shows what there is.
func reaches(app *cli.App, args []string) bool {
	t := typed{flags: app.Flags, commands: app.Commands}
	for _, word := range args[min(1, len(args)):] {
		isFlag := t.value == nil && strings.HasPrefix(word, "-")
		t.take(word)
		switch {
		case len(t.path) > 0:
			return true
		case t.ended, isFlag && t.value == nil && !strings.Contains(word, "=") && word != "--debug":
			return false
		}
	}
	return false
}

func newAppOf(commands []*cli.Command) *cli.App {
	return &cli.App{
		Name:      "sidestep",
		Usage:     "enter running containers without their runtime",
		UsageText: "sidestep [global options] COMMAND [options] [ARGUMENT…]",
		Description: "It asks containerd which process a container is and enters that process's\n" +
			"namespaces itself: neither the shim nor the OCI runtime takes part.\n\n" +
			"CONTAINER is an ID or the beginning of one, a name, pod/POD,\n" +
			"pod/NAMESPACE/POD[/CONTAINER], containerd://ID, docker://ID, cri-o://ID\n" +
			"or pid:N.\n\n" +
			"Exit codes: the command's own; 128+n when signal n killed it; 125 when\n" +
			"sidestep failed; 126 when the command cannot be executed; 127 when it was\n" +
			"not found.",
		Flags:           append(globalFlags(), cli.HelpFlag),
		Commands:        commands,
		HideHelpCommand: true,
		Metadata:        map[string]any{ownFlags: true},
		OnUsageError: func(c *cli.Context, err error, _ bool) error {
			return explain(badGlobal(err), 0)
		},
		Action: func(c *cli.Context) error {
			if name := c.Args().First(); name != "" {
				return explain(unknownCommand(c, name), 0)
			}
			return cli.ShowAppHelp(c)
		},
		// Main prints and exits.
		ExitErrHandler: func(*cli.Context, error) {},
	}
}

// helpCommand stands for urfave/cli's own, whose errors have another form.
func helpCommand() *cli.Command {
	return &cli.Command{
		Name:            "help",
		Usage:           "show the help of a command",
		ArgsUsage:       "[COMMAND]",
		HideHelpCommand: true,
		SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			words := slices.DeleteFunc(c.Args().Slice(), func(w string) bool {
				return w == "help" || w == "--help" || w == "-h"
			})
			if len(words) == 0 {
				return cli.ShowAppHelp(c)
			}
			// Each command shows its own help, with all that is set up by then.
			args := append([]string{c.App.Name}, words...)
			app := newApp()
			app.Reader, app.Writer, app.ErrWriter = c.App.Reader, c.App.Writer, c.App.ErrWriter
			return app.RunContext(context.Background(), append(args, "--help"))
		},
	}
}
