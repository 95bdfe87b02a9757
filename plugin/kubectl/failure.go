package kubectl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// exitFailed is the exit code of a failure that is not the command's.
const exitFailed = 125

// failure is an error as the user is to see it: a line that begins with
// "sidestep: error:", what there is to see beside it, and a line that begins with
// "sidestep: hint:" and says what to do next.
type failure struct {
	err    error
	detail []string
	hint   string
	code   int
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// fail makes a failure of this program's own.
func fail(hint, format string, args ...any) error {
	return &failure{err: fmt.Errorf(format, args...), hint: hint, code: exitFailed}
}

// status is the exit code of a command that ran. There is nothing to say.
type status int

func (s status) Error() string { return "exit code " + strconv.Itoa(int(s)) }

// told is a failure as programs read it.
type told struct {
	Error    string   `json:"error"`
	Detail   []string `json:"detail,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	ExitCode int      `json:"exitCode"`
}

func (f *failure) told() told {
	return told{Error: f.err.Error(), Detail: f.detail, Hint: f.hint, ExitCode: f.code}
}

// failureFlag adds -o to a command whose output is another program's.
func (a *app) failureFlag(cmd *cobra.Command, usage string) {
	a.namedOutputFlag(cmd, formatText, usage)
}

// report writes an error and returns the exit code. As JSON it is one line, the
// last one of stderr, where the output of a command may come before it.
func (a *app) report(err error) int {
	var code status
	if errors.As(err, &code) {
		return int(code)
	}
	f := explain(err)
	var cut *interrupted
	if errors.As(err, &cut) {
		f.hint = a.afterInterrupt()
	}
	w := a.stderr
	if a.format == formatJSON {
		if line, err := json.Marshal(f.told()); err == nil {
			fmt.Fprintln(w, escape.JSON(string(line)))
			return f.code
		}
	}
	fmt.Fprintln(w, "sidestep: error: "+escape.Text(f.err.Error()))
	for _, line := range f.detail {
		fmt.Fprintln(w, "  "+escape.Text(line))
	}
	if f.hint != "" {
		fmt.Fprintln(w, "sidestep: hint: "+escape.Text(f.hint))
	}
	return f.code
}
