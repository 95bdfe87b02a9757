package plugin

import (
	"strings"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// Exit codes of sidestep's own, as docker's and podman's.
const (
	exitFailed        = 125
	exitNotExecutable = 126
	exitNotFound      = 127
)

// failure is an error as the user is to see it.
//
// The rules of all messages: one line that begins with "sidestep: error:",
// then what there is to choose from, then one line that begins with
// "sidestep: hint:" and says what to do next. Lower case, no full stop. Text
// that a container controls is quoted where it is put into an error, and
// nothing unprintable reaches the terminal.
type failure struct {
	err    error
	detail []string // lines between error and hint, such as candidates
	hint   string
	code   int
}

// Error returns the whole message.
func (f *failure) Error() string {
	var b strings.Builder
	b.WriteString("sidestep: error: " + escape.Text(f.err.Error()))
	for _, line := range f.detail {
		b.WriteString("\n  " + escape.Text(line))
	}
	if f.hint != "" {
		b.WriteString("\nsidestep: hint: " + escape.Text(f.hint))
	}
	return b.String()
}

// ExitCode implements cli.ExitCoder.
func (f *failure) ExitCode() int { return f.code }

// Unwrap returns the error itself.
func (f *failure) Unwrap() error { return f.err }

// exitStatus is the exit code of a command that ran. There is nothing to say.
type exitStatus int

func (exitStatus) Error() string { return "" }

// ExitCode implements cli.ExitCoder.
func (s exitStatus) ExitCode() int { return int(s) }
