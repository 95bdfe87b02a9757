package kubectl

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// atMost refuses more arguments than n.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return fail("see "+cmd.CommandPath()+" --help", "%q is one argument too many", args[n])
		}
		return nil
	}
}

// oneArgument refuses any other number.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fail("see "+cmd.CommandPath()+" --help", "name %s, and nothing else", what)
		}
		return nil
	}
}

// onlyCommands refuses what names none of cmd's commands.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := fmt.Sprintf("see %s --help", cmd.CommandPath())
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		hint = fmt.Sprintf("did you mean %s %s? %s", cmd.CommandPath(), strings.Join(like, " or "), hint)
	}
	return fail(hint, "unknown command %q", args[0])
}

// helpKnows has cobra's help refuse what it does not know. By itself it shows that
// of the program.
func helpKnows(root *cobra.Command) {
	root.SuggestionsMinimumDistance = 2
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	must(err)
	help.Args = func(_ *cobra.Command, args []string) error {
		if found, _, err := root.Find(args); err != nil || found == root {
			return onlyCommands(root, args)
		}
		return nil
	}
}
