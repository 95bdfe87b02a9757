package testbed

import (
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// stopTimeout bounds how long the tests may take to end after a signal.
const stopTimeout = 5 * time.Second

// signals are those that ask for an end. The supervisor passes them on to the
// tests and ends after them, when it has cleaned up.
type signals struct {
	pending  chan os.Signal
	received atomic.Bool
}

// catchSignals keeps the signals that come until they can be passed on.
func catchSignals() *signals {
	s := &signals{pending: make(chan os.Signal, 4)}
	signal.Notify(s.pending, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	return s
}

// passOn passes what came and what will come on to the tests.
func (s *signals) passOn(tests *os.Process) {
	go func() {
		for sig := range s.pending {
			s.received.Store(true)
			_ = tests.Signal(sig) // SIGQUIT prints the goroutines
			time.AfterFunc(stopTimeout, func() { _ = tests.Kill() })
		}
	}()
}

// came reports whether a signal was passed on.
func (s *signals) came() bool { return s.received.Load() }
