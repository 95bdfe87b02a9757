package relay

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// inflow copies what the caller types or sends to a command.
//
// A read of the caller's terminal cannot be interrupted: making it
// non-blocking would make it so for the caller's shell too. After the command
// has exited, run is therefore left in its last read until the process exits
// or the caller types something more.
type inflow struct {
	src   io.Reader
	dst   *os.File
	ended chan struct{} // closed when src ended or failed
}

func newInflow(src io.Reader, dst *os.File) *inflow {
	return &inflow{src: src, dst: dst, ended: make(chan struct{})}
}

// run copies until src ends or nobody reads dst any more. Neither is an
// error: the command may end before its input does. EIO is that of a terminal
// that nobody has open just now: what is typed into it is lost.
func (in *inflow) run() {
	buf := make([]byte, bufferSize)
	for {
		n, err := in.src.Read(buf)
		if n > 0 {
			_, err := in.dst.Write(buf[:n])
			if err != nil && !errors.Is(err, syscall.EIO) {
				return
			}
		}
		if err != nil || n == 0 {
			close(in.ended)
			return
		}
	}
}
