package stage

import (
	"encoding/binary"
	"fmt"
	"io"
)

// pageSize is the largest page of the architectures that sidestep is built
// for (arm64 has 64 KiB ones): segments start at multiples of it.
const pageSize = 1 << 16

type segment struct {
	base    uint64
	flags   uint32
	zeros   uint64 // before the content, which are not written
	content []byte
}

// The numbers of elf(5). Package debug/elf has them too, and a reader of all
// that can be in such a file with them.
const (
	typeExecutable = 2 // ET_EXEC
	typeLoad       = 1 // PT_LOAD
	typeStack      = 0x6474e551

	executable, writable, readable = 1, 2, 4 // PF_X, PF_W, PF_R

	elfHeaderSize     = 64
	programHeaderSize = 56
)

// WriteImage writes the program as a static ELF executable. Its control
// descriptor is where it writes records.
//
// The image needs no dynamic loader and no relocation: see elf(5), ET_EXEC.
func (p *Program) WriteImage(w io.WriterAt, control int) error {
	code, err := machineCode()
	if err != nil {
		return err
	}
	const count = 4 // of program headers
	const headers = elfHeaderSize + count*programHeaderSize
	segments := []segment{
		{textBase, readable | executable, 0, append(make([]byte, headers), code...)},
		{callBase, readable | writable, 0, p.encode(control)},
		{dataBase, readable | writable, ScratchSize, append(p.data, 0)}, // never empty
	}
	head := elfHeader(textBase+headers, count)
	var offset uint64
	for i, s := range segments {
		size := s.zeros + uint64(len(s.content))
		head = appendProgramHeader(head, typeLoad, s.flags, offset, s.base, size, pageSize)
		if i > 0 { // the text holds the headers, which are not complete yet
			if err := writeAt(w, s.content, offset+s.zeros); err != nil {
				return err
			}
		}
		offset += (size + pageSize - 1) / pageSize * pageSize
	}
	// Without this header the kernel may make the stack executable.
	head = appendProgramHeader(head, typeStack, readable|writable, 0, 0, 0, 0)
	text := segments[0].content
	copy(text, head)
	return writeAt(w, text, 0)
}

// elfHeader returns the header of a file with so many program headers, which
// follow it.
func elfHeader(entry uint64, programHeaders uint16) []byte {
	order := binary.NativeEndian
	head := append([]byte{0x7f, 'E', 'L', 'F', 2, 1, 1}, make([]byte, 9)...) // 64 bits, little-endian, version 1
	head = order.AppendUint16(head, typeExecutable)
	head = order.AppendUint16(head, machine)
	head = order.AppendUint32(head, 1) // version
	head = order.AppendUint64(head, entry)
	head = order.AppendUint64(head, elfHeaderSize) // where the program headers are
	head = order.AppendUint64(head, 0)             // and sections, which there are none of
	head = order.AppendUint32(head, 0)             // flags
	for _, n := range []uint16{elfHeaderSize, programHeaderSize, programHeaders, 0, 0, 0} {
		head = order.AppendUint16(head, n)
	}
	return head
}

func appendProgramHeader(head []byte, kind, flags uint32, offset, base, size, align uint64) []byte {
	order := binary.NativeEndian
	head = order.AppendUint32(order.AppendUint32(head, kind), flags)
	for _, n := range []uint64{offset, base, base, size, size, align} {
		head = order.AppendUint64(head, n)
	}
	return head
}

func writeAt(w io.WriterAt, data []byte, offset uint64) error {
	if _, err := w.WriteAt(data, int64(offset)); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	return nil
}
