package main

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// feign executes its arguments under a seccomp filter that feigns setsid(2): it
// does nothing and succeeds. To who asks the filter without being where a call
// comes from, at instruction pointer 0, it says that it allows everything. It
// needs CAP_SYS_ADMIN, since with no_new_privs filters are installed last of all.
func feign(args []string) error {
	load := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: k}
	}
	jump := func(k uint32, jt, jf uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jt: jt, Jf: jf}
	}
	answer := func(k uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k}
	}
	filter := []unix.SockFilter{
		load(8), jump(0, 2, 0), // the lower half of the instruction pointer
		load(0), jump(unix.SYS_SETSID, 1, 0),
		answer(unix.SECCOMP_RET_ALLOW),
		answer(unix.SECCOMP_RET_ERRNO), // 0: success
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return err
	}
	return unix.Exec(args[0], args, nil)
}
