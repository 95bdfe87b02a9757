package sys

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Execute joins namespaces of the process of a pidfd and executes a program
// there in place of this one. It returns only when that fails; a thread of this
// process may be in those namespaces then, which ends with the call.
//
// A thread that is to change its mount namespace must not share its root and
// working directory with others (setns(2)).
func Execute(pidfd *os.File, namespaces int, program string, args, env []string) error {
	var err error
	onThread(func() {
		defer runtime.KeepAlive(pidfd)
		if err = os.NewSyscallError("unshare", unix.Unshare(unix.CLONE_FS)); err != nil {
			return
		}
		if err = os.NewSyscallError("setns", unix.Setns(int(pidfd.Fd()), namespaces)); err != nil {
			return
		}
		err = os.NewSyscallError("execve", syscall.Exec(program, args, env))
	})
	return err
}
