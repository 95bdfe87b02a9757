package term

import (
	"fmt"
	"os"
	"sync"

	xterm "golang.org/x/term"
)

// MakeRaw puts the terminal f into raw mode: what is typed is read at once,
// byte by byte, is not echoed, and raises no signals. What was typed before
// is kept.
//
// restore puts the terminal back into the mode it had. It does so once,
// whoever calls it first; later calls return nil.
func MakeRaw(f *os.File) (restore func() error, err error) {
	var state *xterm.State
	err = control(f, func(fd int) error {
		state, err = xterm.MakeRaw(fd)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("put the terminal into raw mode: %w", err)
	}
	var once sync.Once
	return func() error {
		var err error
		once.Do(func() {
			err = control(f, func(fd int) error { return xterm.Restore(fd, state) })
		})
		if err != nil {
			return fmt.Errorf("restore the terminal: %w", err)
		}
		return nil
	}, nil
}
