package plugin

import (
	"context"
	"os"
	"syscall"
)

// early holds the signals that come before the command runs.
type early struct {
	signals <-chan os.Signal // nil: they have their usual effect
	came    []os.Signal
}

// watch takes the signals until it is stopped. One that would end the command
// cancels the context; its cause is an exitStatus then, that of a command which
// the signal has killed.
func (e *early) watch(ctx context.Context) (watched context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-over:
				return
			case sig := <-e.signals:
				e.came = append(e.came, sig)
				if s, ok := sig.(syscall.Signal); ok && ends(s) {
					cancel(exitStatus(128 + int(s)))
				}
			}
		}
	}()
	return ctx, func() {
		close(over)
		<-done
		cancel(nil)
	}
}

// ends reports whether a signal ends a command that does not care for it.
func ends(sig syscall.Signal) bool {
	switch sig {
	case syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP:
		return true
	}
	return false
}
