#include "textflag.h"

// func cloneErrand(args *cloneArgs, lists *uintptr) (pid int)
//
// See errand_amd64.s. R20 counts the lists.
TEXT ·cloneErrand(SB), NOSPLIT, $0-24
	MOVD lists+8(FP), R19
	MOVD $0, R20

list:
	MOVD (R19)(R20<<3), R21

call:
	MOVD 0(R21), R8
	CMP  $0, R8
	BLT  end
	MOVD 8(R21), R0
	MOVD 16(R21), R1
	MOVD 24(R21), R2
	MOVD 32(R21), R3
	MOVD 40(R21), R4
	MOVD 48(R21), R5
	SVC
	MOVD R0, 56(R21)
	ADD  $64, R21, R21
	CMP  $0, R0
	BGE  call

end:
	CMP  $1, R20
	BEQ  return
	BGT  exit
	MOVD args+0(FP), R0
	MOVD $88, R1  // sizeof(struct clone_args), with the cgroup
	MOVD $435, R8 // clone3
	SVC
	MOVD $2, R20
	CMP  $0, R0
	BEQ  list
	MOVD R0, pid+16(FP)
	MOVD $1, R20
	B    list

return:
	RET

exit:
	MOVD $125, R0
	MOVD $94, R8 // exit_group
	SVC
	BRK
