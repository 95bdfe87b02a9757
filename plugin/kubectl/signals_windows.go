package kubectl

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/term"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

// caught are the signals that are caught.
func caught() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

// linuxNumber returns a signal's number on the node.
func linuxNumber(sig os.Signal) int {
	if sig == os.Interrupt {
		return 2
	}
	return 15
}

// look is how often a console is asked for its size: it does not tell.
const look = 250 * time.Millisecond

// sizes sends the size of a console when it changes.
func sizes(f *os.File) (changes <-chan *sessionpb.Size, stop func()) {
	c := make(chan *sessionpb.Size, 1)
	done := make(chan struct{})
	last := sizeOf(f)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(look):
			}
			size := sizeOf(f)
			if size == nil || last != nil && size.Rows == last.Rows && size.Cols == last.Cols {
				continue
			}
			last = size
			select {
			case c <- size:
			case <-done:
				return
			}
		}
	}()
	return c, func() { close(done) }
}

// makeRaw puts a console into raw mode, and lets it understand what programs
// write to terminals.
func makeRaw(f *os.File) (restore func(), err error) {
	state, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	out := windows.Handle(os.Stdout.Fd())
	var mode uint32
	if windows.GetConsoleMode(out, &mode) == nil {
		_ = windows.SetConsoleMode(out, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING)
	}
	return func() {
		_ = windows.SetConsoleMode(out, mode)
		_ = term.Restore(int(f.Fd()), state)
	}, nil
}
