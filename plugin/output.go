package plugin

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"
)

// outputFlag is the flag -o, for the given formats; the first is the default.
func outputFlag(format *string, formats ...string) cli.Flag {
	return &cli.StringFlag{
		Name: "output", Aliases: []string{"o"}, Destination: format, Value: formats[0],
		Usage: "`FORMAT`: " + strings.Join(formats, ", "),
	}
}

// checkFormat refuses a format that a command does not have.
func checkFormat(c *call, format string, formats ...string) error {
	if !slices.Contains(formats, format) {
		return usage(c.cli, "unknown output format %q: it is one of %s", format, strings.Join(formats, ", "))
	}
	return nil
}

// writeJSON writes v, indented.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// writeTable writes rows in columns. A cell is one word whatever a container
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
	return printable(text)
}
