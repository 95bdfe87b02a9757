package relay

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

const (
	// bufferSize is the size of a copy and the capacity of a pipe, in bytes.
	bufferSize = 256 << 10
	// maxBuffered is more than any pipe (/proc/sys/fs/pipe-max-size) or
	// terminal holds, in bytes: what was written before the command exited
	// is among so many bytes after it.
	maxBuffered = 1 << 20
)

// DeliveryError says that some of what a command wrote did not arrive, as on a
// full disk.
type DeliveryError struct{ Err error }

func (e *DeliveryError) Error() string { return "deliver what the command wrote: " + e.Err.Error() }

// Unwrap returns the error of the read or write.
func (e *DeliveryError) Unwrap() error { return e.Err }

// outflow copies what a command writes to the caller.
type outflow struct {
	src      *os.File // takes deadlines
	dst      io.Writer
	broken   func()        // called when dst fails
	finished chan struct{} // closed by finish
	done     chan struct{} // closed at the end; err may be read then
	err      error
}

func newOutflow(src *os.File, dst io.Writer, broken func()) *outflow {
	return &outflow{src: src, dst: dst, broken: broken, finished: make(chan struct{}), done: make(chan struct{})}
}

// run copies until src ends, dst fails or finish is called.
func (o *outflow) run() {
	defer close(o.done)
	buf := make([]byte, bufferSize)
	for {
		n, err := o.src.Read(buf)
		if !o.deliver(buf[:n]) {
			o.broken()
			return
		}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			o.rest(buf)
			return
		case errors.Is(err, syscall.EIO):
			if o.unopened() {
				o.rest(buf)
				return
			}
		case errors.Is(err, io.EOF), errors.Is(err, os.ErrClosed):
			return
		case err != nil:
			o.err = &DeliveryError{Err: err}
			return
		}
	}
}

// reopened is how often is looked whether somebody has opened the terminal
// again that nobody had open.
const reopened = 50 * time.Millisecond

// unopened waits while nobody has the terminal open, which is when a read of
// its master fails with EIO (pts(4)). A command may close all three of its
// files, go on, and open /dev/tty later: hanging it up now would kill it.
// unopened reports whether the command has exited.
func (o *outflow) unopened() bool {
	select {
	case <-o.finished:
		return true
	case <-time.After(reopened):
		return false
	}
}

// finish tells run that the command has exited: it takes what is there and
// waits for no more. It is called once.
func (o *outflow) finish() {
	close(o.finished)
	// Fails only when src is closed already.
	_ = o.src.SetReadDeadline(time.Now())
}

// rest delivers what is there.
func (o *outflow) rest(buf []byte) {
	if err := o.src.SetReadDeadline(time.Time{}); err != nil {
		return
	}
	conn, err := o.src.SyscallConn()
	if err != nil {
		return
	}
	for left := maxBuffered; left > 0; {
		n := readNow(conn, buf[:min(left, len(buf))])
		if n <= 0 || !o.deliver(buf[:n]) {
			return
		}
		left -= n
	}
}

// readNow reads what is there; 0 or less is the end of it. Before a terminal
// says that there is nothing, the kernel waits for what is on its way to the
// master (n_tty_read in drivers/tty/n_tty.c).
func readNow(conn syscall.RawConn, buf []byte) int {
	var n int
	var err error
	rawErr := conn.Read(func(fd uintptr) bool {
		for {
			n, err = syscall.Read(int(fd), buf)
			if !errors.Is(err, syscall.EINTR) {
				return true
			}
		}
	})
	if rawErr != nil || err != nil {
		return 0
	}
	return n
}

// deliver writes p to the caller and reports whether that went well. When
// nobody reads what the caller's file leads to, that is no error: the command
// learns of it by SIGPIPE.
func (o *outflow) deliver(p []byte) bool {
	if len(p) == 0 {
		return true
	}
	_, err := o.dst.Write(p)
	if err != nil && !errors.Is(err, syscall.EPIPE) {
		o.err = &DeliveryError{Err: err}
	}
	return err == nil
}
