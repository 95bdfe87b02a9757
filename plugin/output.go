package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// outputFlag is the flag -o, for the given formats; the first is the default.
func outputFlag(format *string, formats ...string) cli.Flag {
	return &cli.StringFlag{
		Name: "output", Aliases: []string{"o"}, Destination: format, Value: formats[0],
		Usage: "`FORMAT`: " + strings.Join(formats, ", "),
	}
}

// showing completes a command whose result has several formats, the first of
// which is the default; run is given the one that the user wants.
func showing(command cli.Command, run func(c *call, ctx context.Context, format string) error, formats ...string) *cli.Command {
	var format string
	command.Flags = append(command.Flags, named(outputFlag(&format, formats...))...)
	command.SkipFlagParsing, command.HideHelpCommand = true, true
	command.Action = action(flagsAnyway, func(ctx context.Context, c *call) error {
		if !slices.Contains(formats, format) {
			return usage(c.cli, "unknown output format %q: it is one of %s", format, strings.Join(formats, ", "))
		}
		return run(c, ctx, format)
	})
	return &command
}

// writeJSON writes v, indented. What is unprintable is escaped, as JSON allows:
// the encoder leaves in what some terminals take for escape codes (U+009B).
func writeJSON(w io.Writer, v any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	if err == nil {
		_, err = io.WriteString(w, escape.JSON(text.String()))
	}
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// writeTable writes rows in columns. A cell is on one line whatever a container
// has put into it.
func writeTable(w io.Writer, rows [][]string) error {
	table := tabwriter.NewWriter(w, 0, 8, 3, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = cell(text)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// cell returns a text as it is shown in a table: "-" for none.
func cell(text string) string {
	if text == "" {
		return "-"
	}
	return escape.Text(text)
}

// word returns a text that a container's maker chose as one word of a table,
// so that it cannot pass for further columns.
func word(text string) string {
	if strings.Contains(text, " ") {
		return strconv.Quote(text)
	}
	return text
}
