package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// usageError is a command line that makes no sense.
type usageError struct {
	text string
	hint string
}

func (e *usageError) Error() string { return e.text }

// unknownFlag is a flag that a command does not have.
type unknownFlag struct {
	name string // with its dashes
	in   string // the word that it was found in, or empty
}

func (e *unknownFlag) Error() string {
	if e.in != "" && e.in != e.name {
		return fmt.Sprintf("unknown flag %s in %q", e.name, e.in)
	}
	return fmt.Sprintf("unknown flag %s", e.name)
}

// usage is a usage error of the command of c.
func usage(c *cli.Context, format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...), hint: fmt.Sprintf("see %s --help", c.Command.HelpName)}
}

// rootUsage is a usage error before any command.
func rootUsage(text string) error {
	return &usageError{text: text, hint: "see sidestep --help"}
}

// badFlag gives an error of parse its hint.
func badFlag(c *cli.Context, err error) error {
	var unknown *unknownFlag
	if !errors.As(err, &unknown) {
		return usage(c, "%s", err)
	}
	name := strings.TrimLeft(unknown.name, "-")
	for _, global := range globalFlags() {
		if slices.Contains(global.Names(), name) {
			path := strings.TrimSpace(strings.TrimPrefix(c.Command.HelpName, c.App.Name))
			return &usageError{
				text: unknown.Error(),
				hint: fmt.Sprintf("it goes before the command: %s %s … %s …", c.App.Name, unknown.name, path),
			}
		}
	}
	return &usageError{text: unknown.Error(), hint: suggest(name, namesOf(c.Command.Flags), dashed) + fmt.Sprintf("see %s --help", c.Command.HelpName)}
}

// namesOf returns all names of flags, without dashes.
func namesOf(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()...)
	}
	return names
}

// unknownCommand is the usage error for a command that c does not have.
func unknownCommand(c *cli.Context, name string) error {
	path := c.Command.HelpName
	if path == "" {
		path = c.App.Name
	}
	var names []string
	for _, sub := range c.Command.Subcommands {
		if !sub.Hidden {
			names = append(names, sub.Names()...)
		}
	}
	hint := suggest(name, names, func(s string) string { return path + " " + s })
	return &usageError{text: fmt.Sprintf("unknown command %q", name), hint: hint + fmt.Sprintf("see %s --help", path)}
}

// undefined begins the flag package's error for a flag that it does not know.
const undefined = "flag provided but not defined: -"

// flagText rewrites an error of the flag package, which knows one dash only.
func flagText(err error) string {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, undefined); ok {
		return "unknown flag " + dashed(strings.TrimPrefix(name, "-"))
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Sprintf("flag %s needs a value", dashed(name))
	}
	if head, tail, ok := strings.Cut(text, " for flag -"); ok {
		name, why, _ := strings.Cut(tail, ": ")
		return fmt.Sprintf("%s for flag %s: %s", head, dashed(name), why)
	}
	return text
}

// suggest returns "did you mean X? " for the name that is most like what was
// typed, or nothing. Half of its letters are as typed.
func suggest(typed string, names []string, show func(string) string) string {
	best, least := "", 3
	for _, name := range names {
		if d := distance(typed, name); d < least && 2*d <= len(name) {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s? ", show(best))
}

// distance counts the letters to insert, delete or replace between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
