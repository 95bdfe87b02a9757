package catch

import (
	"os"
	"sync"
	"syscall"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// room is for how many signals a slow reader leaves in the channel.
const room = 64

// caught returns the channel with the signals that come by the pipe.
var caught = sync.OnceValues(func() (<-chan os.Signal, error) {
	pipe, err := sys.SignalPipe()
	if err != nil {
		return nil, err
	}
	signals := make(chan os.Signal, room)
	go read(pipe, signals)
	return signals, nil
})

// read passes on what the handler writes. It ends with the process.
func read(pipe *os.File, signals chan<- os.Signal) {
	for {
		var numbers [room]byte
		n, err := pipe.Read(numbers[:])
		if err != nil {
			return
		}
		for _, number := range numbers[:n] {
			signals <- syscall.Signal(number)
		}
	}
}

// Signals catches signals from now until the process ends. They come on the
// channel, which is one for all calls: the process's.
func Signals(wanted ...syscall.Signal) (<-chan os.Signal, error) {
	signals, err := caught()
	if err != nil {
		return nil, err
	}
	for _, sig := range wanted {
		if err := sys.CatchSignal(sig); err != nil {
			return nil, err
		}
	}
	return signals, sys.Unblock(wanted...)
}
