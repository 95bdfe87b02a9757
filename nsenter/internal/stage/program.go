package stage

import "encoding/binary"

// Where the parts of an image are mapped. The interpreter knows callBase.
const (
	textBase = 0x10000000
	callBase = 0x20000000
	dataBase = 0x40000000

	// ScratchSize is the size of Scratch, in bytes: PATH_MAX of linux/limits.h.
	ScratchSize = 4096

	headerSize = 64 // before the first call: the control descriptor and a Record
	callSize   = 88
)

// Load is the number of a pseudo call whose result is the word at Args[0].
const Load = ^uintptr(0)

// Next says which call comes after a result. The zero value is the call that
// follows, and after a negative result the end of the program.
type Next int

// Fail ends the program: the interpreter writes a Record and exits with 125,
// or with 126 when the control descriptor is not there.
const Fail Next = -1

// Call is one system call of a program.
type Call struct {
	Step  string // what it does, in words: "join the namespaces"
	Nr    uintptr
	Args  [6]uint64
	Store Address // where the result is stored; 0 is nowhere

	Negative, Zero, Positive Next
}

// Address is where something is in the memory of the process that runs the
// program.
type Address uint64

// Program is a list of calls and the memory that they use.
type Program struct {
	calls  []Call
	labels []int // labels[n-1] is the index of the call that Next n means
	data   []byte
}

// New returns a program that has room for so many calls before it grows.
func New(calls int) *Program { return &Program{calls: make([]Call, 0, calls)} }

// Add appends a call.
func (p *Program) Add(c Call) { p.calls = append(p.calls, c) }

// Calls returns the calls in the order in which they were added.
func (p *Program) Calls() []Call { return p.calls }

// Label returns a Next for a call that Mark will choose.
func (p *Program) Label() Next {
	p.labels = append(p.labels, -1)
	return Next(len(p.labels))
}

// Mark makes label mean the call that is added next.
func (p *Program) Mark(label Next) { p.labels[label-1] = len(p.calls) }

// Argument returns where an argument is kept of the call after the next one:
// a place to store a result that it needs.
func (p *Program) Argument(arg int) Address {
	return Address(address(len(p.calls)+1) + 8 + 8*uint64(arg))
}

// Scratch is memory, zeros at first, for what a call writes.
const Scratch Address = dataBase

// Bytes puts data into the program's memory, aligned to 8 bytes.
func (p *Program) Bytes(data []byte) Address {
	for len(p.data)%8 != 0 {
		p.data = append(p.data, 0)
	}
	at := Address(dataBase + ScratchSize + len(p.data))
	p.data = append(p.data, data...)
	return at
}

// String puts a string that ends with a NUL into the program's memory.
func (p *Program) String(s string) Address { return p.Bytes(append([]byte(s), 0)) }

// Words puts 64-bit words into the program's memory.
func (p *Program) Words(words ...uint64) Address {
	data := make([]byte, 0, 8*len(words))
	for _, w := range words {
		data = binary.NativeEndian.AppendUint64(data, w)
	}
	return p.Bytes(data)
}

// Strings puts an array of pointers to strings that ends with a null pointer
// into the program's memory, as execve(2) takes argv and envp.
func (p *Program) Strings(list []string) Address {
	pointers := make([]uint64, 0, len(list)+1)
	for _, s := range list {
		pointers = append(pointers, uint64(p.String(s)))
	}
	return p.Words(append(pointers, 0)...)
}

// Call returns the call that a Record names, and whether there is one.
func (p *Program) Call(r Record) (Call, bool) {
	offset := r.Call - (callBase + headerSize) // wraps around below
	i := offset / callSize
	if offset%callSize != 0 || i >= uint64(len(p.calls)) {
		return Call{}, false
	}
	return p.calls[i], true
}

func address(call int) uint64 { return uint64(callBase + headerSize + call*callSize) }

// resolve returns the address of the call that next means, or fallback where
// it does not name one.
func (p *Program) resolve(next Next, fallback uint64) uint64 {
	switch {
	case next == Fail:
		return 0
	case next > 0:
		return address(p.labels[next-1])
	}
	return fallback
}

// encode lays the calls out as the interpreter reads them.
func (p *Program) encode(control int) []byte {
	out := make([]byte, headerSize, headerSize+len(p.calls)*callSize)
	binary.NativeEndian.PutUint64(out, uint64(control))
	for i, c := range p.calls {
		out = binary.NativeEndian.AppendUint64(out, uint64(c.Nr))
		for _, arg := range c.Args {
			out = binary.NativeEndian.AppendUint64(out, arg)
		}
		for _, w := range [...]uint64{uint64(c.Store),
			p.resolve(c.Negative, 0), p.resolve(c.Zero, address(i+1)), p.resolve(c.Positive, address(i+1))} {
			out = binary.NativeEndian.AppendUint64(out, w)
		}
	}
	return out
}
