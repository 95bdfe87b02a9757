#include "textflag.h"

// signalHandler writes the byte in DI, the signal, to the pipe. What it leaves in the
// registers rt_sigreturn(2) makes good.
TEXT ·signalHandler(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	PUSHQ DI
	MOVL  ·signalPipe(SB), DI
	MOVQ  SP, SI
	MOVL  $1, DX
	MOVL  $1, AX // write
	SYSCALL
	POPQ  DI
	RET

TEXT ·signalRestorer(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVL $15, AX // rt_sigreturn
	SYSCALL
	INT  $3

// func signalEntries() (handler, restorer uintptr)
TEXT ·signalEntries(SB), NOSPLIT, $0-16
	LEAQ ·signalHandler(SB), AX
	MOVQ AX, handler+0(FP)
	LEAQ ·signalRestorer(SB), AX
	MOVQ AX, restorer+8(FP)
	RET
