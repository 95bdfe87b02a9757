package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completeCommand answers to the completion scripts. It never fails and
// prints no error: the user is typing.
func completeCommand() *cli.Command {
	return &cli.Command{
		Name:            "__complete",
		Hidden:          true,
		HideHelp:        true,
		SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			line := &typed{flags: globalFlags(), commands: c.App.Commands}
			line.globals = readGlobals(c)
			line.containers = func(g globals) []string { return containerNames(c.Context, g) }
			line.namespaces = func(g globals) []string { return namespaceNames(c.Context, g) }
			for _, candidate := range line.complete(c.Args().Slice()) {
				fmt.Fprintln(c.App.Writer, candidate)
			}
			return nil
		},
	}
}

// typed is a command line that is being typed.
type typed struct {
	flags      []cli.Flag     // of the command that was reached
	commands   []*cli.Command // below it
	path       []string       // its name
	arguments  int            // how many of its arguments stand
	value      cli.Flag       // the flag whose value comes next, or nil
	ended      bool           // flags are not flags any more
	globals    globals
	containers func(globals) []string
	namespaces func(globals) []string
}

// orFiles is the candidate that stands for the caller's files: the script has the
// shell offer them.
const orFiles = ":"

// complete returns what the last of words may become.
func (t *typed) complete(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	for _, w := range words[:len(words)-1] {
		t.take(w)
	}
	last := words[len(words)-1]
	var candidates []string
	for _, c := range t.candidates(last) {
		if (strings.HasPrefix(c, last) || c == orFiles) && !slices.Contains(candidates, c) {
			candidates = append(candidates, c)
		}
	}
	slices.Sort(candidates)
	return candidates
}

// take steps over a word that stands.
func (t *typed) take(word string) {
	switch {
	case t.value != nil:
		t.takeValue(t.value, word)
		t.value = nil
	case t.ended:
		t.arguments++
	case word == "--":
		t.ended = true
	case strings.HasPrefix(word, "-") && word != "-":
		t.takeFlag(word)
	case len(t.commands) > 0:
		i := slices.IndexFunc(t.commands, func(c *cli.Command) bool { return c.HasName(word) })
		if i < 0 {
			t.commands, t.ended = nil, true
			return
		}
		reached := t.commands[i]
		t.flags, t.commands, t.path = reached.Flags, reached.Subcommands, append(t.path, reached.Name)
	default:
		t.arguments++
		t.ended = t.name() == "exec"
	}
}

func (t *typed) takeFlag(word string) {
	name, value, attached := strings.Cut(strings.TrimLeft(word, "-"), "=")
	if !strings.HasPrefix(word, "--") && len(name) > 1 {
		name = name[len(name)-1:] // -it: only the last one can wait for a value
	}
	for _, f := range t.flags {
		takes, ok := f.(cli.DocGenerationFlag)
		if !slices.Contains(f.Names(), name) || !ok || !takes.TakesValue() {
			continue
		}
		if attached {
			t.takeValue(f, value)
			return
		}
		t.value = f
	}
}

// takeValue remembers where containers are to be looked for.
func (t *typed) takeValue(f cli.Flag, value string) {
	if len(t.path) > 0 {
		return
	}
	switch f.Names()[0] {
	case "address":
		t.globals.address = value
	case "namespace":
		t.globals.namespace = value
	}
}

func (t *typed) name() string {
	if len(t.path) == 0 {
		return ""
	}
	return t.path[len(t.path)-1]
}
