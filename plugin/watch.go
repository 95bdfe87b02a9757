package plugin

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/relay"
)

const (
	// hangupAfter is how long a command on a terminal may take to end after
	// SIGTERM, or after ^C where nothing else can be typed. Interactive shells
	// ignore both, but not that they are hung up.
	hangupAfter = time.Second
	// leaveAfter is how long it may take after it was hung up.
	leaveAfter = 5 * time.Second
	// killAfter is how long a command may take to end after SIGHUP when its
	// caller is gone. Nobody is there any more to end it.
	killAfter = 500 * time.Millisecond
)

// process is what watch needs of a nsenter.Process.
type process interface {
	PID() int
	Signal(os.Signal) error
	SignalGroup(syscall.Signal) error
	Wait() (nsenter.Status, error)
}

// watch is the one loop that looks after a command: its end, the signals to
// forward, the sizes of the terminal, the end of what is typed, the end of the
// caller.
type watch struct {
	process  process
	relay    *relay.Relay
	early    []os.Signal // that came before
	signals  <-chan os.Signal
	gone     <-chan struct{} // closed when the caller is gone
	terminal bool            // the command has a terminal of its own
	noInput  bool            // into which nothing is typed: the caller's ^C is a signal
	resize   func() error    // gives it the caller's size

	hangup, leave, kill <-chan time.Time // deadlines, or nil
}

type end struct {
	status nsenter.Status
	err    error
}

// run returns when the command has ended and all that it wrote is delivered.
func (w *watch) run() (nsenter.Status, error) {
	ended := make(chan end, 1)
	go func() {
		status, err := w.process.Wait()
		ended <- end{status, err}
	}()
	inputEnded := w.relay.InputEnded()
	if !w.terminal {
		inputEnded = nil // the command has read the end of its stdin then
	}
	gone := w.gone
	for _, sig := range w.early {
		w.handle(sig)
	}
	for {
		select {
		case <-gone:
			gone = nil
			w.abandoned()
		case <-w.kill:
			// Fails when the command has just ended.
			_ = w.process.SignalGroup(syscall.SIGKILL)
		case e := <-ended:
			if e.err != nil {
				return e.status, e.err
			}
			return e.status, w.deliver()
		case sig := <-w.signals:
			w.handle(sig)
		case <-inputEnded: // the caller's terminal is gone
			inputEnded = nil
			w.hangUp()
		case <-w.hangup:
			w.hangUp()
		case <-w.leave:
			return nsenter.Status{}, &stillRunningError{pid: w.process.PID(), after: leaveAfter}
		}
	}
}

func (w *watch) handle(sig os.Signal) {
	switch sig {
	case syscall.SIGWINCH:
		// Fails when the terminal was hung up, and nobody looks at it.
		_ = w.resize()
		return
	case syscall.SIGHUP:
		if w.terminal {
			w.hangUp()
			return
		}
	case syscall.SIGTERM, syscall.SIGINT:
		if w.terminal && (w.noInput || sig == syscall.SIGTERM) && w.hangup == nil && w.leave == nil {
			w.hangup = time.After(hangupAfter)
		}
	}
	// Fails when the command has just ended, which run will see.
	_ = w.process.Signal(sig)
}

// hangUp takes the terminal away from the command: the kernel sends SIGHUP to
// its session leader and foreground processes.
func (w *watch) hangUp() {
	w.hangup = nil
	w.relay.Close()
	if w.leave == nil {
		w.leave = time.After(leaveAfter)
	}
}

// abandoned ends a command whose caller is gone, and what it has started in
// its process group.
func (w *watch) abandoned() {
	w.relay.Close()
	// Fails when the command has just ended.
	_ = w.process.SignalGroup(syscall.SIGHUP)
	w.kill = time.After(killAfter)
	if w.leave == nil {
		w.leave = time.After(leaveAfter)
	}
}

// deliver waits until the caller has taken what the command wrote. A signal
// that would end sidestep ends the waiting.
func (w *watch) deliver() error {
	delivered := w.relay.Finish()
	for {
		select {
		case <-delivered:
			return w.relay.Err()
		case <-w.gone:
			return nil
		case sig := <-w.signals:
			if s, ok := sig.(syscall.Signal); ok && ends(s) {
				return nil
			}
		}
	}
}

// stillRunningError says that a command that was hung up did not end.
type stillRunningError struct {
	pid   int
	after time.Duration
}

func (e *stillRunningError) Error() string {
	return fmt.Sprintf("the command still runs %s after its terminal was hung up, as PID %d", e.after, e.pid)
}

// isStillRunning returns the PID of a command that was left running.
func isStillRunning(err error) (pid int, ok bool) {
	var still *stillRunningError
	if errors.As(err, &still) {
		return still.pid, true
	}
	return 0, false
}
