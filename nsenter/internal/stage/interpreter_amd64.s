#include "textflag.h"

// The interpreter of a Program, see doc.go. It is copied out of this binary
// and runs without Go, without a stack, and with nothing mapped but the image
// that WriteImage lays out:
//
//	R12  the header: +0 the control descriptor, +8 the 16-byte record
//	BX   the current call: +0 number, +8 … +48 arguments, +56 where to store
//	     the result, +64 +72 +80 the call after a negative, zero, positive result
TEXT ·interpreter(SB), NOSPLIT|NOFRAME, $0-0
	MOVQ	$0x20000000, R12
	LEAQ	64(R12), BX

call:
	MOVQ	0(BX), AX
	MOVQ	8(BX), DI
	MOVQ	16(BX), SI
	MOVQ	24(BX), DX
	MOVQ	32(BX), R10
	MOVQ	40(BX), R8
	MOVQ	48(BX), R9
	CMPQ	AX, $-1
	JEQ	load
	SYSCALL
	JMP	store

load:
	MOVQ	(DI), AX

store:
	MOVQ	56(BX), DI
	TESTQ	DI, DI
	JEQ	choose
	MOVQ	AX, (DI)

choose:
	LEAQ	64(BX), DI
	TESTQ	AX, AX
	JLT	next
	ADDQ	$8, DI
	TESTQ	AX, AX
	JEQ	next
	ADDQ	$8, DI

next:
	MOVQ	(DI), DI
	TESTQ	DI, DI
	JEQ	fail
	MOVQ	DI, BX
	JMP	call

fail:
	MOVQ	BX, 8(R12)
	MOVQ	AX, 16(R12)
	MOVQ	$1, AX // write
	MOVQ	0(R12), DI
	LEAQ	8(R12), SI
	MOVQ	$16, DX
	SYSCALL
	MOVQ	$125, DI
	CMPQ	AX, $16
	JEQ	exit
	MOVQ	$126, DI

exit:
	MOVQ	$231, AX // exit_group
	SYSCALL
	LONG	$0x53444550 // endMark

// func interpreterAddress() uintptr
TEXT ·interpreterAddress(SB), NOSPLIT, $0-8
	LEAQ	·interpreter(SB), AX
	MOVQ	AX, ret+0(FP)
	RET
