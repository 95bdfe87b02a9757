package relay

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// Relay carries a command's streams.
type Relay struct {
	stdin, stdout, stderr *os.File // the command's
	theirs                []*os.File
	ours                  []*os.File
	in                    *inflow
	out                   []*outflow
	master                *os.File // nil but with a terminal
}

// Open prepares the streams of a command that has no terminal of its own.
// With a nil stdin the command's stdin is a pipe at its end. Start begins to
// copy, after the command was started with what Files returns. What is no
// *os.File is always copied.
func Open(stdin io.Reader, stdout, stderr io.Writer) (*Relay, error) {
	r := &Relay{}
	if err := r.open(given(stdin), stdout, stderr); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Relay) open(stdin io.Reader, stdout, stderr io.Writer) (err error) {
	if r.stdin, err = r.openInput(stdin); err != nil {
		return fmt.Errorf("prepare the command's stdin: %w", err)
	}
	if r.stdout, err = r.openOutput(stdout); err != nil {
		return fmt.Errorf("prepare the command's stdout: %w", err)
	}
	// One pipe for both keeps the order in which the command wrote.
	if len(r.out) > 0 && same(stdout, stderr) {
		r.stderr = r.stdout
		return nil
	}
	if r.stderr, err = r.openOutput(stderr); err != nil {
		return fmt.Errorf("prepare the command's stderr: %w", err)
	}
	return nil
}

func (r *Relay) openInput(src io.Reader) (*os.File, error) {
	if f, ok := src.(*os.File); ok && handable(f) {
		return f, nil
	}
	if src == nil {
		end, err := sys.PipeAtEnd()
		if err == nil {
			r.theirs = append(r.theirs, end)
		}
		return end, err
	}
	theirs, ours, err := sys.PipeTo(bufferSize)
	if err != nil {
		return nil, err
	}
	r.theirs = append(r.theirs, theirs)
	r.ours = append(r.ours, ours)
	r.in = newInflow(src, ours)
	return theirs, nil
}

func (r *Relay) openOutput(dst io.Writer) (*os.File, error) {
	if f, ok := dst.(*os.File); ok && handable(f) {
		return f, nil
	}
	theirs, ours, err := sys.PipeFrom(bufferSize)
	if err != nil {
		return nil, err
	}
	r.theirs = append(r.theirs, theirs)
	r.ours = append(r.ours, ours)
	// A command that writes on to a pipe that is not read gets SIGPIPE.
	r.out = append(r.out, newOutflow(ours, dst, func() { ours.Close() }))
	return theirs, nil
}

// Files returns what the command gets as stdin, stdout and stderr. They
// belong to r or to the caller.
func (r *Relay) Files() (stdin, stdout, stderr *os.File) { return r.stdin, r.stdout, r.stderr }

// Start begins to copy. The command's ends of the pipes are closed here, so
// that the command alone decides how long its streams last.
func (r *Relay) Start() {
	for _, f := range r.theirs {
		f.Close()
	}
	r.theirs = nil
	for _, o := range r.out {
		go o.run()
	}
	if in := r.in; in != nil {
		go func() {
			in.run()
			if r.master == nil {
				in.dst.Close() // the command reads the end of its stdin
			}
		}()
	}
}

// InputEnded is closed when the caller's stdin, if it is copied, has ended.
func (r *Relay) InputEnded() <-chan struct{} {
	if r.in == nil {
		return nil
	}
	return r.in.ended
}

// Finish is called once the command has exited and returns a channel that is
// closed when all that it wrote is delivered. The caller may take its time to
// read it, so how long that lasts is not bounded.
func (r *Relay) Finish() <-chan struct{} {
	done := make(chan struct{})
	for _, o := range r.out {
		o.finish()
	}
	go func() {
		defer close(done)
		for _, o := range r.out {
			<-o.done
			// Whoever still writes to a pipe that is not read gets SIGPIPE.
			o.src.Close()
		}
	}()
	return done
}

// Err returns why something that the command wrote was not delivered. It may
// be called once the channel of Finish is closed.
func (r *Relay) Err() error {
	var errs []error
	for _, o := range r.out {
		errs = append(errs, o.err)
	}
	return errors.Join(errs...)
}

// Close ends all copying at once. A command that has a terminal is hung up:
// the kernel sends SIGHUP to its session leader and foreground processes.
func (r *Relay) Close() {
	for _, files := range [][]*os.File{r.theirs, r.ours} {
		for _, f := range files {
			f.Close()
		}
	}
	if r.master != nil {
		r.master.Close()
	}
}
