package sys

import (
	"encoding/binary"
	"runtime"

	"golang.org/x/sys/unix"
)

// Allows reports whether the filter lets a system call of this machine pass,
// with these arguments. An instruction that libseccomp does not generate is
// taken for a no, and so is the question where a call is made from: a filter of
// a hostile program could answer otherwise than here.
func (f Filter) Allows(nr uintptr, args [6]uint64) bool {
	arch := uint32(unix.AUDIT_ARCH_X86_64)
	if runtime.GOARCH == "arm64" {
		arch = unix.AUDIT_ARCH_AARCH64
	}
	data := binary.NativeEndian.AppendUint32(nil, uint32(nr)) // struct seccomp_data
	data = binary.NativeEndian.AppendUint32(data, arch)
	data = binary.NativeEndian.AppendUint64(data, 0)
	for _, arg := range args {
		data = binary.NativeEndian.AppendUint64(data, arg)
	}
	switch f.verdict(data) & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_LOG:
		return true
	}
	return false
}

// verdict runs the program, see the kernel's Documentation/networking/filter.
func (f Filter) verdict(data []byte) uint32 {
	var a uint32
	for pc := 0; pc < len(f.Instructions); pc++ {
		i := f.Instructions[pc]
		yes := false
		switch i.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			if i.K >= 8 && i.K < 16 { // instruction_pointer of struct seccomp_data
				return unix.SECCOMP_RET_KILL_PROCESS
			}
			a = binary.NativeEndian.Uint32(data[i.K:])
			continue
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			a &= i.K
			continue
		case unix.BPF_JMP | unix.BPF_JA:
			pc += int(i.K)
			continue
		case unix.BPF_RET | unix.BPF_K:
			return i.K
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			yes = a == i.K
		case unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K:
			yes = a > i.K
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			yes = a >= i.K
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			yes = a&i.K != 0
		default:
			return unix.SECCOMP_RET_KILL_PROCESS
		}
		if yes {
			pc += int(i.Jt)
		} else {
			pc += int(i.Jf)
		}
	}
	return unix.SECCOMP_RET_KILL_PROCESS
}
