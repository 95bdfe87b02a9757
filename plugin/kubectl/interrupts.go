package kubectl

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// patience is how long a command may take to end after a signal that is meant to
// end this program too.
const patience = 2 * time.Second

// interrupts are the signals that this program gets. While a command runs they
// are the command's; before, and from the second one on, they end this program,
// in order.
type interrupts struct {
	forward chan int // Linux's numbers
	running atomic.Bool
}

func newInterrupts() *interrupts { return &interrupts{forward: make(chan int, 16)} }

// listen catches signals until stop. The context ends with an *interrupted.
//
// SIGPIPE is caught so that a helper pod is deleted before this program ends: the
// write fails with EPIPE then.
func (i *interrupts) listen() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, caught()...)
	go func() {
		came := false
		for sig := range signals {
			if sig == syscall.SIGPIPE {
				continue
			}
			deadly := ends(sig)
			if i.running.Load() && !came {
				select {
				case i.forward <- linuxNumber(sig):
				default: // so many wait that one more means nothing
				}
				if deadly {
					came = true
					time.AfterFunc(patience, func() { cancel(&interrupted{sig}) })
				}
				continue
			}
			if deadly {
				cancel(&interrupted{sig})
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// ends reports whether a signal is meant to end this program.
func ends(sig os.Signal) bool {
	switch sig {
	case os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT:
		return true
	}
	return false
}
