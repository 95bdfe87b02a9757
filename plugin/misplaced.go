package plugin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// badGlobal gives an error of the flag package its hint: what is no flag of
// sidestep's may be one of a command.
func badGlobal(err error) error {
	name, isUnknown := strings.CutPrefix(err.Error(), undefined)
	if !isUnknown {
		return rootUsage(flagText(err))
	}
	for _, command := range Commands() {
		if typed := flagOf(command, name); typed != "" {
			return &usageError{
				text: "unknown flag " + typed,
				hint: fmt.Sprintf("it goes after the command: sidestep %s %s …", command.Name, typed),
			}
		}
	}
	return rootUsage(flagText(err))
}

// flagOf returns a command's flag of that name, or its short flags that make up the
// name, as the user types them; "" when it has none.
func flagOf(command *cli.Command, name string) string {
	names := namesOf(command.Flags)
	if slices.Contains(names, name) {
		return dashed(name)
	}
	for _, letter := range name {
		if !slices.Contains(names, string(letter)) {
			return ""
		}
	}
	return "-" + name
}
