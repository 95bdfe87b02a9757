package nsenter

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

var errClosed = errors.New("it ended without a word")

// receive returns the result of the message that the process must send next.
func (e *entrance) receive(message uint64, what string) (int64, error) {
	record, err := e.read(what)
	if err == nil && record.Call != message {
		err = explain(e.plan, e.program, record)
	}
	if errors.Is(err, errClosed) {
		err = &StepError{Step: "wait for " + what, Err: e.end()}
	}
	return record.Result, err
}

// awaitExec waits until execve(2) has closed the control socket.
func (e *entrance) awaitExec() error {
	record, err := e.read("the command to be executed")
	if errors.Is(err, errClosed) {
		return nil
	}
	if err != nil {
		return err
	}
	return explain(e.plan, e.program, record)
}

// read reads one record, with a deadline unless the container is known to be
// frozen and the user wants to wait for the thaw.
func (e *entrance) read(what string) (stage.Record, error) {
	timeout := startDeadline
	if e.plan.Frozen {
		timeout = -1
	}
	var data [stage.RecordSize]byte
	n, err := sys.Receive(e.control, data[:], timeout)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return stage.Record{}, &StepError{Step: "wait for " + what, Err: fmt.Errorf("no word in %v", startDeadline)}
	case err != nil:
		return stage.Record{}, &StepError{Step: "wait for " + what, Err: err}
	case n == 0:
		return stage.Record{}, errClosed
	case n != len(data):
		return stage.Record{}, &StepError{Step: "wait for " + what, Err: fmt.Errorf("a word of %d bytes", n)}
	}
	return stage.ParseRecord(data), nil
}

// release lets the process go on.
func (e *entrance) release() error {
	if _, err := e.control.Write([]byte{1}); err != nil {
		return &StepError{Step: "let the executor go on", Err: err}
	}
	return nil
}

// abandon ends the process. One that is frozen dies at the thaw, before it
// makes another step; it is not waited for.
func (e *entrance) abandon() {
	e.control.Close()
	e.kill()
}

// end says how a process ended that should not have.
func (e *entrance) end() error {
	if status, ended := e.kill(); ended {
		if err := e.child.Failure(); err != nil {
			return err
		}
		if e.short && status.Signaled() && status.Signal() == syscall.SIGKILL {
			return ErrNoMemory
		}
		return fmt.Errorf("%w: %s", errClosed, sys.Describe(status))
	}
	return errClosed
}

// kill kills the process and waits for its end for a while. It returns whether and
// how the process ended.
func (e *entrance) kill() (syscall.WaitStatus, bool) {
	wait := time.Second
	if e.plan.Frozen {
		wait = 50 * time.Millisecond
	}
	_ = e.child.Signal(os.Kill) // it may have ended by itself
	status, err := e.child.WaitFor(wait)
	return status, err == nil
}
