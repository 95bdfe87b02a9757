package kubectl

import (
	"errors"
	"fmt"
	"io"
	"strconv"

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

// report writes an error and returns the exit code.
func report(w io.Writer, err error) int {
	var code status
	if errors.As(err, &code) {
		return int(code)
	}
	f := explain(err)
	fmt.Fprintln(w, "sidestep: error: "+escape.Text(f.err.Error()))
	for _, line := range f.detail {
		fmt.Fprintln(w, "  "+escape.Text(line))
	}
	if f.hint != "" {
		fmt.Fprintln(w, "sidestep: hint: "+escape.Text(f.hint))
	}
	return f.code
}
