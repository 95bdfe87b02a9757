//go:build unix

package kubectl

import (
	"context"
	"os/exec"
	"syscall"
)

// deaf starts a program that the keys of the terminal and its end leave alone: a
// signal that is ignored stays so, and ssh takes care of that.
const deaf = `trap '' INT QUIT HUP; exec "$@"`

// sshProcess returns an ssh. What the terminal sends is the command's on the
// node, and goes there as a message. A process group of ssh's own would be the
// background's, where it could not ask for a password.
//
// It is asked to end before it is killed, so that it does not leave a terminal
// behind that shows nothing, as while it asks.
func sshProcess(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", deaf, "sh", program}, args...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd
}
