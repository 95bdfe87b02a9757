package sys

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// turnDeadline bounds the wait for other tracers of a process.
const turnDeadline = 3 * time.Second

// seize is the call by which a tracer takes hold of a process.
const seize = "ptrace seize"

// inTurn traces a process once no other tracer does, of which a process has one at a
// time (EPERM, ptrace(2)). Another sidestep that copies the same filters is done in
// less than a millisecond; a debugger stays, and that is an error after the deadline.
func inTurn(ctx context.Context, trace func() error) error {
	const longest = 16 * time.Millisecond
	deadline := time.Now().Add(turnDeadline)
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		err := trace()
		var failed *os.SyscallError
		if !errors.As(err, &failed) || failed.Syscall != seize || !errors.Is(err, unix.EPERM) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(pause)): // many that wait come one after the other then
		}
	}
}
