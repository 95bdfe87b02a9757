// Package peercred says who is at the other end of a unix socket.
package peercred

import (
	"fmt"
	"os"
	"syscall"
)

// Of returns the credentials that the other end of a connected unix socket had when
// it called connect(2) or listen(2) (SO_PEERCRED, unix(7)). The PID is 0 when its
// process is in no PID namespace that the caller sees. The kernel says it, whether
// the process answers or not.
func Of(conn syscall.Conn) (*syscall.Ucred, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, err
	}
	var peer *syscall.Ucred
	if failed := raw.Control(func(fd uintptr) {
		peer, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, fmt.Errorf("see who is at the other end: %w", os.NewSyscallError("getsockopt", err))
	}
	return peer, nil
}
