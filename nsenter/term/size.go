package term

import (
	"fmt"
	"os"

	xterm "golang.org/x/term"
)

// Size is the size of a terminal in characters.
type Size struct {
	Rows, Cols uint16
}

// IsTerminal reports whether f is a terminal.
func IsTerminal(f *os.File) bool {
	var is bool
	err := control(f, func(fd int) error {
		is = xterm.IsTerminal(fd)
		return nil
	})
	return err == nil && is
}

// GetSize returns the size of the terminal f. It is zero for a terminal that
// was never told its size, such as a serial line.
func GetSize(f *os.File) (Size, error) {
	var size Size
	err := control(f, func(fd int) error {
		cols, rows, err := xterm.GetSize(fd)
		size = Size{Rows: uint16(rows), Cols: uint16(cols)}
		return err
	})
	if err != nil {
		return Size{}, fmt.Errorf("get the size of the terminal: %w", err)
	}
	return size, nil
}

// control calls do with the descriptor of f.
func control(f *os.File, do func(fd int) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var doErr error
	if err := conn.Control(func(fd uintptr) { doErr = do(int(fd)) }); err != nil {
		return err
	}
	return doErr
}
