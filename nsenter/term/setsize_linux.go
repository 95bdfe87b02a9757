package term

import (
	"fmt"
	"os"

	"github.com/sidestep-dev/sidestep/nsenter/internal/sys"
)

// SetSize sets the size of the terminal f, given by either of its ends. The
// kernel sends SIGWINCH to the foreground processes of the terminal when the
// size changes (ioctl_tty(2)).
func SetSize(f *os.File, size Size) error {
	if err := sys.SetWindowSize(f, size.Rows, size.Cols); err != nil {
		return fmt.Errorf("set the size of the terminal to %dx%d: %w", size.Rows, size.Cols, err)
	}
	return nil
}
