package stage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
)

// pageSize is the largest page of the architectures that sidestep is built
// for (arm64 has 64 KiB ones): segments start at multiples of it.
const pageSize = 1 << 16

type segment struct {
	base    uint64
	flags   elf.ProgFlag
	content []byte
}

// WriteImage writes the program as a static ELF executable. Its control
// descriptor is where it writes records.
//
// The image needs no dynamic loader and no relocation: see elf(5), ET_EXEC.
func (p *Program) WriteImage(w io.WriterAt, control int) error {
	code, err := machineCode()
	if err != nil {
		return err
	}
	const headers = 64 + 4*56 // the ELF header and four program headers
	text := append(make([]byte, headers), code...)
	segments := []segment{
		{textBase, elf.PF_R | elf.PF_X, text},
		{callBase, elf.PF_R | elf.PF_W, p.encode(control)},
		{dataBase, elf.PF_R | elf.PF_W, append(p.data, 0)}, // never empty
	}

	var head bytes.Buffer
	put := func(v any) { _ = binary.Write(&head, binary.NativeEndian, v) } // a Buffer does not fail
	put(elf.Header64{
		Ident: [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_EXEC), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Entry: textBase + headers, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 4,
	})
	var offset uint64
	for i := range segments {
		s := &segments[i]
		size := uint64(len(s.content))
		put(elf.Prog64{
			Type: uint32(elf.PT_LOAD), Flags: uint32(s.flags), Off: offset,
			Vaddr: s.base, Paddr: s.base, Filesz: size, Memsz: size, Align: pageSize,
		})
		if i > 0 { // the text holds the headers, which are not complete yet
			if err := writeAt(w, s.content, offset); err != nil {
				return err
			}
		}
		offset += (size + pageSize - 1) / pageSize * pageSize
	}
	// Without this header the kernel may make the stack executable.
	put(elf.Prog64{Type: uint32(elf.PT_GNU_STACK), Flags: uint32(elf.PF_R | elf.PF_W)})
	copy(text, head.Bytes())
	return writeAt(w, text, 0)
}

func writeAt(w io.WriterAt, data []byte, offset uint64) error {
	if _, err := w.WriteAt(data, int64(offset)); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	return nil
}
