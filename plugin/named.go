package plugin

import "github.com/urfave/cli/v2"

// named returns flags whose names are known. urfave/cli matches a regular
// expression for each name whenever it asks for them, which for one command
// line it does some thousand times: that takes as long as finding a container.
func named(flags ...cli.Flag) []cli.Flag {
	for i, f := range flags {
		switch f := f.(type) {
		case *cli.BoolFlag:
			flags[i] = namedBool{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.StringFlag:
			flags[i] = namedString{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.IntFlag:
			flags[i] = namedInt{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.DurationFlag:
			flags[i] = namedDuration{f, append([]string{f.Name}, f.Aliases...)}
		case *cli.GenericFlag:
			flags[i] = namedGeneric{f, append([]string{f.Name}, f.Aliases...)}
		}
	}
	return flags
}

type namedBool struct {
	*cli.BoolFlag
	names []string
}

type namedString struct {
	*cli.StringFlag
	names []string
}

type namedInt struct {
	*cli.IntFlag
	names []string
}

type namedDuration struct {
	*cli.DurationFlag
	names []string
}

type namedGeneric struct {
	*cli.GenericFlag
	names []string
}

func (f namedBool) Names() []string     { return f.names }
func (f namedString) Names() []string   { return f.names }
func (f namedInt) Names() []string      { return f.names }
func (f namedDuration) Names() []string { return f.names }
func (f namedGeneric) Names() []string  { return f.names }
