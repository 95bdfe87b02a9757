package containerd

import (
	"fmt"
	"os"
	"syscall"
)

// Listener returns the PID of the process that listens on a unix socket: of the one
// that called listen(2), and 0 when that is in no PID namespace that the caller sees
// (SO_PEERCRED, unix(7)). The kernel says it, whether the daemon answers or not.
func Listener(address string) (int, error) {
	conn, err := connect(address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var peer *syscall.Ucred
	if failed := raw.Control(func(fd uintptr) {
		peer, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); failed != nil {
		return 0, failed
	}
	if err != nil {
		return 0, fmt.Errorf("see who listens on %s: %w", address, os.NewSyscallError("getsockopt", err))
	}
	return int(peer.Pid), nil
}
