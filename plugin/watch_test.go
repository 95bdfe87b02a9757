package plugin

import (
	"errors"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter"
	"github.com/sidestep-dev/sidestep/nsenter/relay"
)

// fakeProcess ends when it is told to, or by a signal of mortal.
type fakeProcess struct {
	mortal []os.Signal
	ended  chan nsenter.Status

	mu  sync.Mutex
	got []os.Signal
}

func (p *fakeProcess) PID() int { return 7 }

func (p *fakeProcess) Signal(sig os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, sig)
	if number, ok := sig.(syscall.Signal); ok && slices.Contains(p.mortal, sig) {
		p.ended <- nsenter.Status{Signal: number}
	}
	return nil
}

func (p *fakeProcess) SignalGroup(sig syscall.Signal) error { return p.Signal(sig) }

func (p *fakeProcess) Wait() (nsenter.Status, error) { return <-p.ended, nil }

func (p *fakeProcess) signals() []os.Signal {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

func noRelay(t *testing.T) *relay.Relay {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		w.Close()
	})
	streams, err := relay.Open(nil, w, w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(streams.Close)
	streams.Start()
	return streams
}

func TestWatchForwardsSignals(t *testing.T) {
	p := &fakeProcess{ended: make(chan nsenter.Status, 1), mortal: []os.Signal{syscall.SIGTERM}}
	signals := make(chan os.Signal, 8)
	for _, sig := range []os.Signal{syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGCONT, syscall.SIGTERM} {
		signals <- sig
	}
	status, err := (&watch{process: p, relay: noRelay(t), signals: signals}).run()
	if err != nil || status.ExitCode() != 128+15 {
		t.Errorf("%v, %v", status, err)
	}
	want := []os.Signal{syscall.SIGUSR1, syscall.SIGHUP, syscall.SIGCONT, syscall.SIGTERM}
	if got := p.signals(); !slices.Equal(got, want) {
		t.Errorf("forwarded %v, not %v", got, want)
	}
}

func TestWatchReturnsTheStatus(t *testing.T) {
	p := &fakeProcess{ended: make(chan nsenter.Status, 1)}
	p.ended <- nsenter.Status{Code: 42}
	status, err := (&watch{process: p, relay: noRelay(t)}).run()
	if err != nil || status.ExitCode() != 42 {
		t.Errorf("%v, %v", status, err)
	}
}

func TestWatchResizes(t *testing.T) {
	p := &fakeProcess{ended: make(chan nsenter.Status, 1)}
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGWINCH
	resized := make(chan bool, 1)
	w := &watch{process: p, relay: noRelay(t), signals: signals, terminal: true}
	w.resize = func() error {
		resized <- true
		p.ended <- nsenter.Status{}
		return errors.New("nobody cares")
	}
	if _, err := w.run(); err != nil {
		t.Error(err)
	}
	<-resized
	if got := p.signals(); len(got) != 0 {
		t.Errorf("forwarded %v", got)
	}
}

func TestWatchGivesUp(t *testing.T) {
	p := &fakeProcess{ended: make(chan nsenter.Status, 1)}
	signals := make(chan os.Signal, 2)
	signals <- syscall.SIGTERM
	streams := noRelay(t)
	w := &watch{process: p, relay: streams, signals: signals, terminal: true}
	leave := make(chan time.Time, 1)
	leave <- time.Time{}
	w.leave = leave // as if it had been hung up long ago
	_, err := w.run()
	if pid, ok := isStillRunning(err); !ok || pid != 7 {
		t.Errorf("a command that does not end: %v", err)
	}
}

// ^C comes as a signal where the caller's terminal is not raw: a shell does not
// end of it, and nothing can be typed that would end it.
func TestWatchHangsUpWhoCannotBeTypedTo(t *testing.T) {
	for _, c := range []struct {
		sig             syscall.Signal
		noInput, hangUp bool
	}{
		{syscall.SIGINT, true, true}, {syscall.SIGINT, false, false}, {syscall.SIGTERM, true, true}, {syscall.SIGTERM, false, true},
		{syscall.SIGQUIT, true, false}, {syscall.SIGUSR1, true, false},
	} {
		p := &fakeProcess{ended: make(chan nsenter.Status, 1)}
		w := &watch{process: p, relay: noRelay(t), terminal: true, noInput: c.noInput}
		w.handle(c.sig)
		if got := p.signals(); !slices.Equal(got, []os.Signal{c.sig}) || (w.hangup != nil) != c.hangUp {
			t.Errorf("%+v: forwarded %v, hangs up: %t", c, got, w.hangup != nil)
		}
	}
}

func TestListenMissesNothing(t *testing.T) {
	signals, err := listen(syscall.SIGWINCH)
	if err != nil {
		t.Fatal(err)
	}
	defer signal.Reset()
	for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGWINCH} {
		if err := syscall.Kill(os.Getpid(), sig); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-signals:
			if got != sig {
				t.Errorf("caught %v, not %v", got, sig)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%v was not caught", sig)
		}
	}
}
