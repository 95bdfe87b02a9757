package plugin

import (
	"context"
	_ "embed" // for the scripts
	"fmt"
	"io"

	"github.com/urfave/cli/v2"
)

// The scripts ask "sidestep __complete WORD…", of which the last word is the
// one to complete, and offer files when the answer is orFiles.
var (
	//go:embed completion/sidestep.bash
	bashScript string
	//go:embed completion/sidestep.zsh
	zshScript string
	//go:embed completion/sidestep.fish
	fishScript string
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: "For bash: source <(sidestep completion bash)\n" +
			"For zsh:  source <(sidestep completion zsh)\n" +
			"For fish: sidestep completion fish | source",
		SkipFlagParsing: true,
		HideHelpCommand: true,
		Action: action(flagsAnyway, func(_ context.Context, c *call) error {
			if len(c.args) != 1 {
				return usage(c.cli, "name one shell: bash, zsh or fish")
			}
			scripts := map[string]string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}
			script, ok := scripts[c.args[0]]
			if !ok {
				return usage(c.cli, "no completion for shell %q: there is one for bash, zsh and fish", c.args[0])
			}
			if _, err := io.WriteString(c.out, script); err != nil {
				return fmt.Errorf("print the script: %w", err)
			}
			return nil
		}),
	}
}
