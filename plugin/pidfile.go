package plugin

import (
	"fmt"
	"os"
	"path/filepath"
)

// pidFile is a file for a PID that is still to come. It appears whole or not
// at all.
type pidFile struct {
	name string
	temp *os.File
}

// newPIDFile makes sure that the file can be written, before anything is
// started. With an empty name there is no file, and the methods do nothing.
func newPIDFile(name string) (*pidFile, error) {
	if name == "" {
		return &pidFile{}, nil
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, &pidFileError{fmt.Errorf("%q is a directory", name)}
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return nil, &pidFileError{fmt.Errorf("%q: %w", name, plainError(err))}
	}
	return &pidFile{name: name, temp: temp}, nil
}

// write writes the PID and gives the file its name.
func (p *pidFile) write(pid int) error {
	if p.temp == nil {
		return nil
	}
	_, err := fmt.Fprintf(p.temp, "%d", pid)
	if err == nil {
		err = p.temp.Chmod(0o644)
	}
	if err == nil {
		err = os.Rename(p.temp.Name(), p.name)
	}
	if err != nil {
		return &pidFileError{fmt.Errorf("%q: %w", p.name, err)}
	}
	p.name = ""
	return nil
}

// close removes the file unless it was written.
func (p *pidFile) close() {
	if p.temp == nil {
		return
	}
	p.temp.Close()
	if p.name != "" {
		os.Remove(p.temp.Name())
	}
}

// pidFileError says that a PID file cannot be written.
type pidFileError struct{ err error }

func (e *pidFileError) Error() string { return "write the PID file " + e.err.Error() }

// Unwrap returns the error of the file system.
func (e *pidFileError) Unwrap() error { return e.err }
