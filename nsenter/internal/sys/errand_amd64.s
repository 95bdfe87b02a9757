#include "textflag.h"

// func cloneErrand(args *cloneArgs, lists *uintptr) (pid int)
//
// R13 counts the lists: the parent makes the calls of the first, clones, and makes
// those of the second; the process makes those of the third. It has no stack of its
// own, and needs none: with its signals blocked it runs no handler.
TEXT ·cloneErrand(SB), NOSPLIT, $0-24
	MOVQ lists+8(FP), R12
	XORL R13, R13

list:
	MOVQ (R12)(R13*8), BX

call:
	MOVQ 0(BX), AX
	TESTQ AX, AX
	JLT  end
	MOVQ 8(BX), DI
	MOVQ 16(BX), SI
	MOVQ 24(BX), DX
	MOVQ 32(BX), R10
	MOVQ 40(BX), R8
	MOVQ 48(BX), R9
	SYSCALL
	MOVQ AX, 56(BX)
	ADDQ $64, BX
	TESTQ AX, AX
	JGE  call

end:
	CMPQ R13, $1
	JEQ  return
	JGT  exit
	MOVQ args+0(FP), DI
	MOVQ $88, SI  // sizeof(struct clone_args), with the cgroup
	MOVQ $435, AX // clone3
	SYSCALL
	MOVQ $2, R13
	TESTQ AX, AX
	JEQ  list
	MOVQ AX, pid+16(FP)
	MOVQ $1, R13
	JMP  list

return:
	RET

exit:
	MOVQ $125, DI
	MOVQ $231, AX // exit_group
	SYSCALL
	INT  $3
