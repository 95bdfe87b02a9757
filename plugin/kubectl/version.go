package kubectl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/sidestep-dev/sidestep/plugin/escape"
	"github.com/sidestep-dev/sidestep/plugin/session/client"
)

// buildVersion returns the version of this program.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func (a *app) versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Args:              atMost(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			about := struct {
				Version  string `json:"version"`
				Protocol int    `json:"protocol"`
				Image    string `json:"image,omitempty"`
				Go       string `json:"go"`
				OS       string `json:"os"`
				Arch     string `json:"arch"`
			}{buildVersion(), client.Protocol, a.options.image, runtime.Version(), runtime.GOOS, runtime.GOARCH}
			if a.format == formatJSON {
				return a.writeJSON(about)
			}
			line := fmt.Sprintf("kubectl-sidestep version %s, protocol %d, %s, %s/%s", about.Version, about.Protocol, about.Go, about.OS, about.Arch)
			if about.Image != "" {
				line += ", image " + about.Image
			}
			return a.write([]byte(line + "\n"))
		},
	}
	a.outputFlag(cmd, formatText)
	return cmd
}

// The formats of -o.
const (
	formatText  = "text"
	formatTable = "table"
	formatJSON  = "json"
)

// outputFlag adds -o: the plain format, which is the default, or json.
func (a *app) outputFlag(cmd *cobra.Command, plain string) {
	a.namedOutputFlag(cmd, plain, "format: "+plain+" or json")
}

func (a *app) namedOutputFlag(cmd *cobra.Command, plain, usage string) {
	cmd.Flags().StringVarP(&a.format, "output", "o", plain, usage)
	must(cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{plain, formatJSON}, cobra.ShellCompDirectiveNoFileComp)))
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		// Unless it is given it has the plain word of the last command that was added.
		if cmd.Flags().Changed("output") && a.format != plain && a.format != formatJSON {
			return fail("it is "+plain+" or json", "unknown output format %q", a.format)
		}
		return run(cmd, args)
	}
}

// writeJSON writes v, indented, with nothing in it that controls a terminal.
func (a *app) writeJSON(v any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return a.write([]byte(escape.JSON(text.String())))
}
