package nsenter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/internal/entry"
	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// lookDeadline bounds a look into what a container can make wait for ever: a
// file system that it serves itself (FUSE).
const lookDeadline = 3 * time.Second

// maxContent bounds the content of a file that is copied, in bytes.
const maxContent = 10 << 20

// sight is a process that looks for files in a container. A process of its own,
// because nobody gets out of the wait for the answer to a question that a file
// system in user space has taken, not even to die: the caller of sidestep would
// wait for that too. This one is left behind, and dies when it is answered.
type sight struct {
	program         *stage.Program
	control, copied *os.File
	child           *sys.Child
	begun           int64 // where the next content begins in copied
}

// lookFor starts to look for files in a container.
func lookFor(target *proc.Process, looks ...entry.Look) (*sight, error) {
	program := entry.CompileLook(looks)
	image, err := executable(program, entry.LookControl)
	if err != nil {
		return nil, err
	}
	defer image.Close()
	ours, theirs, err := sys.ControlPair()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()
	s := &sight{program: program, control: ours}
	if s.copied, err = sys.NewBuffer("look", int64(len(looks))*(maxContent+1)); err != nil {
		ours.Close()
		return nil, err
	}
	s.child, err = sys.StartChild(image, []*os.File{theirs, s.copied, target.Pidfd()}, sys.Birth{})
	if err == nil {
		err = ours.SetReadDeadline(time.Now().Add(lookDeadline))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close ends the process, and does not wait for it.
func (s *sight) close() {
	s.control.Close()
	s.copied.Close()
	if child := s.child; child != nil {
		_ = child.Signal(os.Kill)
		go child.Wait() //nolint:errcheck // how it ended does not matter
	}
}

// found returns what there is of the next file. The error wraps ErrNotExist
// when there is none.
func (s *sight) found() (sys.Found, error) {
	var data [sys.FoundSize]byte
	n, file, err := sys.ReceiveFile(s.control, data[:])
	if file != nil {
		file.Close()
	}
	switch {
	case err != nil:
		return sys.Found{}, late(err)
	case n == sys.FoundSize:
		return sys.ParseFound(data), nil
	}
	return sys.Found{}, failed(s.program, data[:n])
}

// open lets the process open the file that was found, and returns it, or nil
// when its content was copied.
func (s *sight) open() (*os.File, error) {
	if _, err := s.control.Write([]byte{1}); err != nil {
		return nil, err
	}
	var data [stage.RecordSize]byte
	n, file, err := sys.ReceiveFile(s.control, data[:])
	if err != nil {
		return nil, late(err)
	}
	if n != len(data) || binary.NativeEndian.Uint64(data[:]) != entry.Done {
		return nil, failed(s.program, data[:n])
	}
	return file, nil
}

// content returns the content of the file that was found.
func (s *sight) content() (string, error) {
	if _, err := s.open(); err != nil {
		return "", err
	}
	end, err := s.copied.Seek(0, io.SeekCurrent) // it is the process's too
	if err != nil {
		return "", err
	}
	begun := s.begun
	s.begun = end
	if end-begun > maxContent {
		return "", errTooLarge
	}
	var text strings.Builder
	text.Grow(int(end - begun))
	_, err = io.Copy(&text, io.NewSectionReader(s.copied, begun, end-begun))
	return text.String(), err
}

var errTooLarge = fmt.Errorf("larger than %d MiB", maxContent>>20)

// late says what a deadline that passed means.
func late(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the container did not let it be read in %v", lookDeadline)
	}
	return err
}

// failed says what a record in the place of another message means: that a file
// is not there, or which call of the program failed. EPERM of the copy is the
// buffer's seal, and of another one that the caller lacks a capability.
func failed(program *stage.Program, data []byte) error {
	if len(data) != stage.RecordSize {
		return errClosed
	}
	record := stage.ParseRecord([stage.RecordSize]byte(data))
	if record.Result >= 0 {
		return errClosed
	}
	errno := syscall.Errno(-record.Result)
	call, ok := program.Call(record)
	switch {
	case !ok: // entry.Missing
		return errno
	case call.Step == entry.StepCopy && (errno == syscall.EPERM || errno == syscall.EFBIG):
		return errTooLarge
	}
	return &StepError{Step: call.Step, Err: errno}
}
