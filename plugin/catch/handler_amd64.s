#include "textflag.h"

// handler writes the byte in DI, the signal, to the pipe. What it leaves in the
// registers rt_sigreturn(2) makes good.
TEXT ·handler(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	PUSHQ DI
	MOVL  ·writeEnd(SB), DI
	MOVQ  SP, SI
	MOVL  $1, DX
	MOVL  $1, AX // write
	SYSCALL
	POPQ  DI
	RET

TEXT ·restorer(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVL $15, AX // rt_sigreturn
	SYSCALL
	INT  $3

// func entryPoints() (handler, restorer uintptr)
TEXT ·entryPoints(SB), NOSPLIT, $0-16
	LEAQ ·handler(SB), AX
	MOVQ AX, handler+0(FP)
	LEAQ ·restorer(SB), AX
	MOVQ AX, restorer+8(FP)
	RET
