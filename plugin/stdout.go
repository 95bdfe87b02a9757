package plugin

import (
	"fmt"
	"os"
	"sync/atomic"
)

// stdout is what commands write to. It keeps the first error: urfave/cli forgets
// that its help could not be written.
type stdout struct {
	file   *os.File
	failed atomic.Pointer[stdoutError]
}

// Write implements io.Writer.
func (s *stdout) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	if err == nil {
		return n, nil
	}
	failed := &stdoutError{plainError(err)}
	s.failed.CompareAndSwap(nil, failed)
	return n, failed
}

// err returns the first error, or nil.
func (s *stdout) err() error {
	if failed := s.failed.Load(); failed != nil {
		return failed
	}
	return nil
}

// stdoutError is a result that was not delivered.
type stdoutError struct{ err error }

func (e *stdoutError) Error() string { return fmt.Sprintf("stdout could not be written: %v", e.err) }

func (e *stdoutError) Unwrap() error { return e.err }

// asFile returns the file that an application's stream is, or nil.
func asFile(stream any) *os.File {
	switch s := stream.(type) {
	case *os.File:
		return s
	case *stdout:
		return s.file
	}
	return nil
}
