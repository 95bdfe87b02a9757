//go:build unix

package kubectl

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

// caught are the signals that are caught.
func caught() []os.Signal {
	return []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGCONT,
	}
}

// linuxNumber returns a signal's number on the node, which may be another than
// here (darwin's SIGUSR1 is 30).
func linuxNumber(sig os.Signal) int {
	switch sig {
	case syscall.SIGHUP:
		return 1
	case syscall.SIGINT:
		return 2
	case syscall.SIGQUIT:
		return 3
	case syscall.SIGUSR1:
		return 10
	case syscall.SIGUSR2:
		return 12
	case syscall.SIGCONT:
		return 18
	}
	return 15
}

// sizes sends the size of a terminal when it changes.
func sizes(f *os.File) (changes <-chan *sessionpb.Size, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	c := make(chan *sessionpb.Size, 1)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-signals:
				if size := sizeOf(f); size != nil {
					select {
					case c <- size:
					case <-done:
						return
					}
				}
			}
		}
	}()
	return c, func() {
		signal.Stop(signals)
		close(done)
	}
}

// makeRaw puts a terminal into raw mode.
func makeRaw(f *os.File) (restore func(), err error) {
	state, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, err
	}
	// Fails when the terminal is gone, and then nobody misses its mode.
	return func() { _ = term.Restore(int(f.Fd()), state) }, nil
}
