package plugin

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// errHelp says that the user asked for the command's help.
var errHelp = errors.New("help was asked for")

// order says where a command takes its flags.
type order int

const (
	flagsFirst  order = iota // up to the first argument: the rest is another command's
	flagsAnyway              // before, between and after the arguments
)

// parser parses a command's arguments as docker and kubectl do: short flags
// together (-it), values attached (-uroot, -eK=V, --env=K=V) or apart. The
// flag package, and urfave/cli on top of it, take none of the attached short
// forms and no flags after the first argument.
type parser struct {
	flags *flag.FlagSet
	order order
	args  []string // what is no flag
}

// parse sets a command's flags and returns its arguments. A "--" ends the
// flags and is dropped.
func parse(flags []cli.Flag, order order, words []string) ([]string, error) {
	p := parser{flags: flag.NewFlagSet("", flag.ContinueOnError), order: order}
	p.flags.SetOutput(io.Discard)
	for _, f := range flags {
		if err := f.Apply(p.flags); err != nil {
			return nil, err
		}
	}
	for len(words) > 0 {
		var err error
		if words, err = p.next(words); err != nil {
			return nil, err
		}
	}
	if help := p.flags.Lookup("help"); help != nil && help.Value.String() == "true" {
		return nil, errHelp
	}
	return p.args, nil
}

// next takes one flag or argument off words.
func (p *parser) next(words []string) (rest []string, err error) {
	word, rest := words[0], words[1:]
	switch {
	case word == "--":
		p.args = append(p.args, rest...)
		return nil, nil
	case word == "-" || !strings.HasPrefix(word, "-"):
		p.args = append(p.args, word)
		if p.order == flagsFirst {
			p.args = append(p.args, rest...)
			return nil, nil
		}
		return rest, nil
	}
	name, value, attached := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(word, "-"), "-"), "=")
	long := strings.HasPrefix(word, "--")
	if f := p.flags.Lookup(name); f != nil && (long || len(name) > 1) {
		return p.set(f, value, attached, rest)
	}
	if long {
		return nil, &unknownFlag{name: "--" + name}
	}
	return p.short(word, word[1:], rest)
}

// short takes one letter off letters, what follows the dash of word.
func (p *parser) short(word, letters string, rest []string) ([]string, error) {
	f := p.flags.Lookup(letters[:1])
	if f == nil {
		return nil, &unknownFlag{name: "-" + letters[:1], in: word}
	}
	tail := letters[1:]
	if !isBool(f) {
		return p.set(f, strings.TrimPrefix(tail, "="), tail != "", rest)
	}
	if strings.HasPrefix(tail, "=") || tail == "" {
		return p.set(f, strings.TrimPrefix(tail, "="), tail != "", rest)
	}
	if _, err := p.set(f, "", false, nil); err != nil {
		return nil, err
	}
	return p.short(word, tail, rest)
}

// set gives f its value: the attached one, or the next word.
func (p *parser) set(f *flag.Flag, value string, attached bool, rest []string) ([]string, error) {
	switch {
	case attached:
	case isBool(f):
		value = "true"
	case len(rest) == 0:
		return nil, fmt.Errorf("flag %s needs a value", dashed(f.Name))
	default:
		value, rest = rest[0], rest[1:]
	}
	if err := p.flags.Set(f.Name, value); err != nil {
		return nil, fmt.Errorf("invalid value %q for flag %s: %s", value, dashed(f.Name), notParsed(f, err))
	}
	return rest, nil
}

// notParsed says what a value is not. The flag package says no more than that it is
// wrong.
func notParsed(f *flag.Flag, err error) string {
	switch {
	case err.Error() != "parse error":
		return err.Error()
	case isBool(f):
		return "it is true or false"
	}
	return "it is not a number"
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// dashed returns a flag's name as the user types it.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
