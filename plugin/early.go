package plugin

import (
	"context"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// early holds the signals that come before the command runs.
type early struct {
	signals <-chan os.Signal // nil: they have their usual effect
	came    []os.Signal
	over    func() // ends the watch
}

// listenEarly catches the signals for a command that is awaited. One that is left
// alone outlives its caller, whose signals have their usual effect.
func (c *call) listenEarly(r request) (*early, error) {
	e := &early{over: func() {}}
	var err error
	switch caller := c.caller(); {
	case r.detach:
	case r.TTY:
		e.signals, err = caller.listen(syscall.SIGWINCH)
	default:
		e.signals, err = caller.listen()
	}
	if err != nil {
		return nil, fmt.Errorf("catch signals: %w", err)
	}
	return e, nil
}

// watch takes the signals until it is over. One that would end the command
// cancels the context; its cause is an exitStatus then, that of a command which
// the signal has killed.
func (e *early) watch(ctx context.Context) context.Context {
	if e.signals == nil {
		return ctx
	}
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
	e.over = sync.OnceFunc(func() {
		close(over)
		<-done
		cancel(nil)
	})
	return ctx
}

// ends reports whether a signal ends a command that does not care for it.
func ends(sig syscall.Signal) bool {
	switch sig {
	case syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP:
		return true
	}
	return false
}
