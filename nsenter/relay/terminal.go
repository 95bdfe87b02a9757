package relay

import (
	"fmt"
	"io"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// AttachTerminal prepares to copy between the caller and a command that has a
// terminal of its own, given by its master. With a nil stdin nothing is typed
// into it. The relay takes the master over: Close closes it.
func AttachTerminal(master *os.File, stdin io.Reader, stdout io.Writer) (*Relay, error) {
	stdin = given(stdin)
	ours, err := sys.DupNonblock(master)
	if err != nil {
		return nil, fmt.Errorf("attach to the command's terminal: %w", err)
	}
	r := &Relay{master: master, ours: []*os.File{ours}}
	r.out = []*outflow{newOutflow(ours, stdout, r.Close)}
	if stdin != nil {
		r.in = newInflow(stdin, ours)
	}
	return r, nil
}
