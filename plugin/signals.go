package plugin

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/catch"
)

// forwarded are the signals that are passed on to the command.
func forwarded() []syscall.Signal {
	return []syscall.Signal{
		syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGCONT, syscall.SIGALRM, syscall.SIGVTALRM,
		syscall.SIGPROF, syscall.SIGXCPU, syscall.SIGIO, syscall.SIGPWR,
	}
}

// listen catches the signals that are forwarded, and more ones. Like the process,
// the catching ends with the command: there is nothing to stop.
//
// SIGPIPE is ignored so as not to die of it with the caller's terminal in raw
// mode: the write fails with EPIPE then, see the documentation of os/signal.
func listen(more ...syscall.Signal) (<-chan os.Signal, error) {
	signal.Ignore(syscall.SIGPIPE)
	return catch.Signals(append(forwarded(), more...)...)
}
