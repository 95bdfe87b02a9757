package plugin

import "strings"

// list is the value of a flag that may be given many times. Unlike
// urfave/cli's slices it never splits a value, so that -e A=1,2 stays whole.
type list []string

// Set adds a value.
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// String returns the values.
func (l *list) String() string { return strings.Join(*l, " ") }
