#include "textflag.h"

// signalHandler writes the byte in R0, the signal, to the pipe. What it leaves in the
// registers rt_sigreturn(2) makes good. It returns to the kernel's own restorer.
TEXT ·signalHandler(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	SUB  $16, RSP
	MOVD R0, 0(RSP)
	MOVW ·signalPipe(SB), R0
	MOVD RSP, R1
	MOVD $1, R2
	MOVD $64, R8 // write
	SVC
	ADD  $16, RSP
	RET

TEXT ·signalRestorer(SB), NOSPLIT|NOFRAME|TOPFRAME, $0
	MOVD $139, R8 // rt_sigreturn
	SVC
	BRK

// func signalEntries() (handler, restorer uintptr)
TEXT ·signalEntries(SB), NOSPLIT, $0-16
	MOVD $·signalHandler(SB), R0
	MOVD R0, handler+0(FP)
	MOVD $·signalRestorer(SB), R0
	MOVD R0, restorer+8(FP)
	RET
