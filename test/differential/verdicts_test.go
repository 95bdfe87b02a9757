package differential

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The programs of two runs of runc need not be the same: libseccomp is given
// the rules in any order. What is compared is what they decide.

// architectures are those of linux/audit.h that profiles name, and none of them.
var architectures = []uint32{unix.AUDIT_ARCH_X86_64, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_AARCH64, unix.AUDIT_ARCH_ARM, 0xdead}

// values are what the arguments are: those that the rules of the matrix and of
// containerd's profile tell apart, and their neighbours.
var values = []uint64{0, 1, 2, 4, 5, 8, 19, 20, 21, 39, 40, 41, 44, 45, 0xff, 0x100, 0x101, 0x5412, 0x20008, 0x10000000, 0x7e020000,
	0x59616d61, 0xffffffff, 0x1_00000000, 0x1_10000000, 0xffffffff_ffffffff}

const (
	lastCall = 511
	x32      = 0x40000000 // __X32_SYSCALL_BIT
)

// verdicts says what a seccomp filter decides about every system call of every
// architecture with each of the values.
func verdicts(code []byte) string {
	program := make([]unix.SockFilter, len(code)/8)
	for i := range program {
		c := code[8*i:]
		program[i] = unix.SockFilter{Code: binary.NativeEndian.Uint16(c), Jt: c[2], Jf: c[3], K: binary.NativeEndian.Uint32(c[4:])}
	}
	counts := map[uint32]int{}
	sum := sha256.New()
	for _, arch := range architectures {
		for _, bit := range []uint32{0, x32} {
			for call := range uint32(lastCall + 1) {
				for _, value := range values {
					verdict := decide(program, data(call|bit, arch, value))
					counts[verdict]++
					sum.Write(binary.NativeEndian.AppendUint32(nil, verdict))
				}
			}
		}
	}
	var parts []string
	for verdict, n := range counts {
		parts = append(parts, fmt.Sprintf("%#x %d times", verdict, n))
	}
	slices.Sort(parts)
	return fmt.Sprintf("%s: %x", strings.Join(parts, ", "), sum.Sum(nil))
}

// data is struct seccomp_data, see seccomp(2). Every argument has the value.
func data(call, arch uint32, value uint64) []byte {
	d := binary.NativeEndian.AppendUint32(nil, call)
	d = binary.NativeEndian.AppendUint32(d, arch)
	d = binary.NativeEndian.AppendUint64(d, 0x400000) // the instruction pointer
	for range 6 {
		d = binary.NativeEndian.AppendUint64(d, value)
	}
	return d
}

// decide runs a program of the instructions that libseccomp generates.
func decide(program []unix.SockFilter, data []byte) uint32 {
	var a uint32
	for pc := 0; pc < len(program); pc++ {
		i := program[pc]
		jump := func(yes bool) {
			if yes {
				pc += int(i.Jt)
			} else {
				pc += int(i.Jf)
			}
		}
		switch i.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			a = binary.NativeEndian.Uint32(data[i.K:])
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			a &= i.K
		case unix.BPF_JMP | unix.BPF_JA:
			pc += int(i.K)
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			jump(a == i.K)
		case unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K:
			jump(a > i.K)
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			jump(a >= i.K)
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			jump(a&i.K != 0)
		case unix.BPF_RET | unix.BPF_K:
			return i.K
		default:
			return 0xbad00000 | uint32(i.Code)
		}
	}
	return 0xbadffff
}
