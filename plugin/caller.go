package plugin

import (
	"io"
	"os"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/term"
)

// caller is the side that a command is run for: a user's shell, or a client
// elsewhere.
type caller interface {
	// streams returns what the command is to read and write; a nil stdin unless
	// it is wanted.
	streams(stdin bool) (io.Reader, io.Writer, io.Writer)
	// listen catches the signals that are forwarded, and more ones.
	listen(more ...syscall.Signal) (<-chan os.Signal, error)
	// size returns the size of the caller's terminal.
	size() term.Size
	// raw puts the caller's terminal into raw mode.
	raw() (restore func() error, err error)
	// started tells the caller that the command runs.
	started(pid int) error
	// surroundings says what the caller's side looks like.
	surroundings() surroundings
}

// local is the process that sidestep is called from.
type local struct {
	stdin, stdout, stderr *os.File
}

func (l local) streams(stdin bool) (io.Reader, io.Writer, io.Writer) {
	if !stdin {
		return nil, l.stdout, l.stderr
	}
	return l.stdin, l.stdout, l.stderr
}

func (l local) listen(more ...syscall.Signal) (<-chan os.Signal, error) { return listen(more...) }

// size returns the size of the first of the streams that is a terminal, else
// that of old.
func (l local) size() term.Size {
	for _, f := range []*os.File{l.stdin, l.stdout, l.stderr} {
		if size, err := term.GetSize(f); err == nil && size.Rows > 0 && size.Cols > 0 {
			return size
		}
	}
	return term.Size{Rows: 24, Cols: 80}
}

func (l local) raw() (restore func() error, err error) { return term.MakeRaw(l.stdin) }

func (l local) started(int) error { return nil }

func (l local) surroundings() surroundings {
	return surroundings{
		stdinTerminal:  term.IsTerminal(l.stdin),
		stdoutTerminal: term.IsTerminal(l.stdout),
		lookupEnv:      os.LookupEnv,
	}
}
