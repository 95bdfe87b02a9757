package plugin

import (
	"os"
	"os/signal"
	"syscall"
)

// forwarded are the signals that are passed on to the command.
func forwarded() []os.Signal {
	return []os.Signal{
		syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP,
		syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGCONT,
	}
}

// listen catches the signals that are forwarded, and more ones. It is called
// before the command is started, so that none is lost in between.
//
// SIGPIPE is caught so as not to die of it with the caller's terminal in raw
// mode: the write fails with EPIPE then, see the documentation of os/signal.
func listen(more ...os.Signal) (signals <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 64)
	signal.Notify(c, append(append(forwarded(), syscall.SIGPIPE), more...)...)
	return c, func() { signal.Stop(c) }
}
