package kubectl

import (
	"context"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// sshProcess returns an ssh. ^C is the command's on the node, and goes there as a
// message; a group of ssh's own does not get it, and can read the console.
func sshProcess(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	return cmd
}
