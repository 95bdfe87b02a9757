package stage

import "encoding/binary"

// RecordSize is the size of a Record on the control descriptor, in bytes.
const RecordSize = 16

// Record is what a program writes to its control descriptor: which call
// failed and how, or a message of the program's own, which has a small number
// in place of a call.
type Record struct {
	Call   uint64
	Result int64 // the call's result: a negated errno
}

// ParseRecord reads a record.
func ParseRecord(data [RecordSize]byte) Record {
	return Record{
		Call:   binary.NativeEndian.Uint64(data[:8]),
		Result: int64(binary.NativeEndian.Uint64(data[8:])),
	}
}
