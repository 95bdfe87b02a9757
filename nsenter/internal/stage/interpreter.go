package stage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"unsafe"
)

const (
	// endMark ends the interpreter's machine code; no instruction of it.
	endMark = 0x53444550
	// longest is more than the machine code takes on any architecture, in bytes.
	longest = 1024
)

// interpreter is never called: only its machine code is used.
func interpreter() //nolint:unused // interpreter_*.s defines it

// interpreterAddress returns where the interpreter's machine code starts.
func interpreterAddress() uintptr

// machineCode returns the machine code that runs a Program. It refers to no
// address of this binary, and so runs wherever it is copied.
func machineCode() ([]byte, error) {
	start := interpreterAddress()
	// The code is in this binary's text, which goes on far beyond it.
	code := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&start))), longest)
	var mark [4]byte
	binary.NativeEndian.PutUint32(mark[:], endMark)
	end := bytes.Index(code, mark[:])
	if end < 0 {
		return nil, errors.New("find the end of the interpreter: no mark (this is a bug)")
	}
	return code[:end], nil
}
