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

// listen begins to catch the signals that are forwarded, and more ones. Each takes
// the runtime two changes of thread, in which a container can be looked for; caught
// waits until it is done, so that none is lost once the command is started. Like the
// process, the catching ends with the command: there is nothing to stop.
//
// SIGPIPE is caught so as not to die of it with the caller's terminal in raw
// mode: the write fails with EPIPE then, see the documentation of os/signal.
func listen(more ...os.Signal) (signals <-chan os.Signal, caught func()) {
	c, done := make(chan os.Signal, 64), make(chan struct{})
	go func() {
		signal.Notify(c, append(append(forwarded(), syscall.SIGPIPE), more...)...)
		close(done)
	}()
	return c, func() { <-done }
}
