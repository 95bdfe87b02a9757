#include "textflag.h"

// func getrlimit(l *Limit)
TEXT ·getrlimit(SB), NOSPLIT, $0-8
	MOVQ $0, DI          // this process
	MOVQ $7, SI          // RLIMIT_NOFILE
	MOVQ $0, DX          // no new one
	MOVQ l+0(FP), R10
	MOVQ $302, AX        // prlimit64
	SYSCALL
	RET
