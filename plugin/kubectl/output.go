package kubectl

import (
	"errors"
	"fmt"
	"syscall"
)

// closedPipe is the end by SIGPIPE, as a shell sees it: whoever reads has closed
// the pipe and wants no more.
const closedPipe = status(128 + 13)

// write writes a result to stdout.
func (a *app) write(text []byte) error {
	_, err := a.stdout.Write(text)
	switch {
	case errors.Is(err, syscall.EPIPE):
		return closedPipe
	case err != nil:
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
