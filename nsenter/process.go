package nsenter

import (
	"fmt"
	"os"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// Process is a command that runs in a container. It is a child of the caller.
type Process struct {
	child    *os.Process
	terminal *os.File
}

// PID returns the process's number in the PID namespace of the caller.
func (p *Process) PID() int { return p.child.Pid }

// Terminal returns the master end of the process's terminal, or nil.
func (p *Process) Terminal() *os.File { return p.terminal }

// Resize changes the size of the process's terminal.
func (p *Process) Resize(size term.Size) error {
	if err := term.SetSize(p.terminal, size); err != nil {
		return fmt.Errorf("resize the terminal: %w", err)
	}
	return nil
}

// Signal sends the process a signal.
func (p *Process) Signal(sig os.Signal) error {
	if err := p.child.Signal(sig); err != nil {
		return fmt.Errorf("send the command %v: %w", sig, err)
	}
	return nil
}

// Wait waits for the end of the process. It is called once.
func (p *Process) Wait() (Status, error) {
	state, err := p.child.Wait()
	if err != nil {
		return Status{}, fmt.Errorf("wait for the command: %w", err)
	}
	ws, ok := state.Sys().(syscall.WaitStatus)
	if !ok {
		return Status{}, fmt.Errorf("wait for the command: no status in %v", state)
	}
	if ws.Signaled() {
		return Status{Signal: ws.Signal()}, nil
	}
	return Status{Code: ws.ExitStatus()}, nil
}

// Close closes the process's terminal, which sends it SIGHUP.
func (p *Process) Close() error {
	if p.terminal == nil {
		return nil
	}
	return p.terminal.Close()
}

// Status is how a process ended.
type Status struct {
	Code   int            // the exit code; meaningless when Signal is set
	Signal syscall.Signal // the signal that killed the process, or 0
}

// ExitCode returns the status as a shell gives it: the command's own code, or
// 128+n when signal n killed it.
func (s Status) ExitCode() int {
	if s.Signal != 0 {
		return 128 + int(s.Signal)
	}
	return s.Code
}
