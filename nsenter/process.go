package nsenter

import (
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// Process is a command that runs in a container. It is a child of the caller.
type Process struct {
	child    *sys.Child
	terminal *os.File

	mu     sync.Mutex
	waited bool // its PID may be another process's
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

// SignalGroup sends a signal to the process and all others of its process
// group, which it leads: what it started and did not put into another one. Once
// the process has been waited for, the error is os.ErrProcessDone.
func (p *Process) SignalGroup(sig syscall.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.waited {
		return os.ErrProcessDone
	}
	if err := sys.SignalGroup(p.child.Pid, sig); err != nil {
		return fmt.Errorf("send the command's process group %v: %w", sig, err)
	}
	return nil
}

// Wait waits for the end of the process. It is called once.
func (p *Process) Wait() (Status, error) {
	if err := p.child.AwaitExit(); err != nil {
		return Status{}, fmt.Errorf("wait for the command: %w", err)
	}
	p.mu.Lock()
	p.waited = true
	ws, err := p.child.Wait()
	p.mu.Unlock()
	if err != nil {
		return Status{}, fmt.Errorf("wait for the command: %w", err)
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
