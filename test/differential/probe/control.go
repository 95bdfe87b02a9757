package main

import (
	"fmt"
	"math/bits"
	"unsafe"

	"golang.org/x/sys/unix"
)

// processControl asks for the attributes of prctl(2).
func processControl(fields map[string]string) {
	for name, option := range map[string]uintptr{
		"dumpable": unix.PR_GET_DUMPABLE, "keepcaps": unix.PR_GET_KEEPCAPS, "securebits": unix.PR_GET_SECUREBITS,
		"no_new_privs": unix.PR_GET_NO_NEW_PRIVS, "timerslack": unix.PR_GET_TIMERSLACK, "thp_disable": unix.PR_GET_THP_DISABLE,
		"mce_kill": unix.PR_MCE_KILL_GET, "io_flusher": unix.PR_GET_IO_FLUSHER, "mdwe": unix.PR_GET_MDWE,
		"memory_merge": unix.PR_GET_MEMORY_MERGE,
	} {
		value, _, errno := unix.Syscall6(unix.SYS_PRCTL, option, 0, 0, 0, 0, 0)
		fields["prctl "+name] = result(value, errno)
	}
	for name, option := range map[string]uintptr{"pdeathsig": unix.PR_GET_PDEATHSIG, "child_subreaper": unix.PR_GET_CHILD_SUBREAPER} {
		var value int32
		_, _, errno := unix.Syscall6(unix.SYS_PRCTL, option, uintptr(unsafe.Pointer(&value)), 0, 0, 0, 0)
		fields["prctl "+name] = result(uintptr(value), errno)
	}
	for what := range uintptr(3) {
		value, _, errno := unix.Syscall6(unix.SYS_PRCTL, unix.PR_GET_SPECULATION_CTRL, what, 0, 0, 0, 0)
		fields[fmt.Sprintf("prctl speculation %d", what)] = result(value, errno)
	}
}

// keyrings describes the keyrings that the process has: KEYCTL_DESCRIBE gives
// type, owner, group, permissions and name, KEYCTL_GET_SECURITY the label.
func keyrings(fields map[string]string) {
	for name, id := range map[string]int{
		"thread": unix.KEY_SPEC_THREAD_KEYRING, "process": unix.KEY_SPEC_PROCESS_KEYRING, "session": unix.KEY_SPEC_SESSION_KEYRING,
	} {
		description, err := unix.KeyctlString(unix.KEYCTL_DESCRIBE, id)
		if err != nil {
			description = err.Error()
		}
		fields["keyring "+name] = description
		label, err := unix.KeyctlString(unix.KEYCTL_GET_SECURITY, id)
		fields["keyring "+name+"'s label"] = fmt.Sprint(label, err)
	}
	keys, err := unix.KeyctlBuffer(unix.KEYCTL_READ, unix.KEY_SPEC_SESSION_KEYRING, nil, 0)
	fields["keyring session's size"] = fmt.Sprint(keys, err)
}

// memory asks for the memory policy, with room for 1024 nodes.
func memory(fields map[string]string) {
	var mode int32
	var nodes [16]uint64
	_, _, errno := unix.Syscall6(unix.SYS_GET_MEMPOLICY, uintptr(unsafe.Pointer(&mode)), uintptr(unsafe.Pointer(&nodes)), 1024, 0, 0, 0)
	set := ""
	for i, word := range nodes {
		for ; word != 0; word &= word - 1 {
			set += fmt.Sprintf(" %d", 64*i+bits.TrailingZeros64(word))
		}
	}
	fields["memory policy"] = result(uintptr(mode), errno) + " nodes" + set
}

func result(value uintptr, errno unix.Errno) string {
	if errno != 0 {
		return errno.Error()
	}
	return fmt.Sprint(value)
}
