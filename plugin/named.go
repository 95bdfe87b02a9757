package plugin

import (
	"flag"
	"os"

	"github.com/urfave/cli/v2"
)

// named returns flags whose names are known. urfave/cli matches a regular
// expression for each name whenever it asks for them, which for one command
// line it does some thousand times: that takes as long as finding a container.
// It does so where it applies a flag, too.
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

// quickly returns a flag that urfave/cli adds to each application, with its names
// known. urfave/cli compares it: it is a pointer.
func quickly(f cli.Flag) cli.Flag {
	if b, ok := f.(*cli.BoolFlag); ok {
		return &namedBool{b, append([]string{b.Name}, b.Aliases...)}
	}
	return f
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

// Apply defines the flag, as cli.BoolFlag's does.
func (f namedBool) Apply(set *flag.FlagSet) error {
	if f.Count != nil || len(f.EnvVars) > 0 {
		return f.BoolFlag.Apply(set)
	}
	on := f.Destination
	if on == nil {
		on = new(bool)
	}
	each(f.names, func(name string) { set.BoolVar(on, name, f.Value, f.Usage) })
	return nil
}

// Apply defines the flag, as cli.StringFlag's does.
func (f namedString) Apply(set *flag.FlagSet) error {
	for _, name := range f.EnvVars {
		if value, ok := os.LookupEnv(name); ok {
			f.Value, f.HasBeenSet = value, true
			break
		}
	}
	value := f.Destination
	if value == nil {
		value = new(string)
	}
	each(f.names, func(name string) { set.StringVar(value, name, f.Value, f.Usage) })
	return nil
}

// Apply defines the flag, as cli.IntFlag's does.
func (f namedInt) Apply(set *flag.FlagSet) error {
	if f.Destination == nil || len(f.EnvVars) > 0 {
		return f.IntFlag.Apply(set)
	}
	each(f.names, func(name string) { set.IntVar(f.Destination, name, f.Value, f.Usage) })
	return nil
}

// Apply defines the flag, as cli.DurationFlag's does but for the errors.
func (f namedDuration) Apply(set *flag.FlagSet) error {
	if len(f.EnvVars) > 0 {
		return f.DurationFlag.Apply(set)
	}
	value := f.Destination
	if value == nil {
		value = &f.Value
	}
	*value = f.Value
	each(f.names, func(name string) { set.Var((*duration)(value), name, f.Usage) })
	return nil
}

// Apply defines the flag, as cli.GenericFlag's does.
func (f namedGeneric) Apply(set *flag.FlagSet) error {
	if f.Destination != nil || len(f.EnvVars) > 0 {
		return f.GenericFlag.Apply(set)
	}
	each(f.names, func(name string) { set.Var(f.Value, name, f.Usage) })
	return nil
}

func each(names []string, do func(string)) {
	for _, name := range names {
		do(name)
	}
}
