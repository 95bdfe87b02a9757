#include "textflag.h"

// The interpreter of a Program, see doc.go. It is copied out of this binary
// and runs without Go, without a stack, and with nothing mapped but the image
// that WriteImage lays out:
//
//	R19  the header: +0 the control descriptor, +8 the 16-byte record
//	R20  the current call: +0 number, +8 … +48 arguments, +56 where to store
//	     the result, +64 +72 +80 the call after a negative, zero, positive result
TEXT ·interpreter(SB), NOSPLIT|NOFRAME, $0-0
	MOVD	$0x20000000, R19
	ADD	$64, R19, R20

call:
	MOVD	0(R20), R8
	MOVD	8(R20), R0
	MOVD	16(R20), R1
	MOVD	24(R20), R2
	MOVD	32(R20), R3
	MOVD	40(R20), R4
	MOVD	48(R20), R5
	CMP	$-1, R8
	BEQ	load
	SVC
	B	store

load:
	MOVD	(R0), R0

store:
	MOVD	56(R20), R9
	CMP	$0, R9
	BEQ	choose
	MOVD	R0, (R9)

choose:
	ADD	$64, R20, R9
	CMP	$0, R0
	BLT	next
	ADD	$8, R9, R9
	CMP	$0, R0
	BEQ	next
	ADD	$8, R9, R9

next:
	MOVD	(R9), R9
	CMP	$0, R9
	BEQ	fail
	MOVD	R9, R20
	B	call

fail:
	MOVD	R20, 8(R19)
	MOVD	R0, 16(R19)
	MOVD	$64, R8 // write
	MOVD	0(R19), R0
	ADD	$8, R19, R1
	MOVD	$16, R2
	SVC
	MOVD	R0, R9
	MOVD	$125, R0
	CMP	$16, R9
	BEQ	exit
	MOVD	$126, R0

exit:
	MOVD	$94, R8 // exit_group
	SVC
	WORD	$0x53444550 // endMark

// func interpreterAddress() uintptr
TEXT ·interpreterAddress(SB), NOSPLIT, $0-8
	MOVD	$·interpreter(SB), R0
	MOVD	R0, ret+0(FP)
	RET
