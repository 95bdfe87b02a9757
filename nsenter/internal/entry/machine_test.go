package entry_test

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/nsenter/internal/stage"
)

// machine performs a program as the interpreter does, on the image that
// WriteImage lays out, but makes no system call: a test chooses the results.
type machine struct {
	t       *testing.T
	program *stage.Program
	memory  map[uint64][]byte // by address
	first   uint64            // where the first call is
}

// call is one call that a machine made.
type call struct {
	stage.Call
	path string // of those that take one
}

type image []byte

func (i *image) WriteAt(data []byte, at int64) (int, error) {
	if missing := int(at) + len(data) - len(*i); missing > 0 {
		*i = append(*i, make([]byte, missing)...)
	}
	return copy((*i)[at:], data), nil
}

func newMachine(t *testing.T, program *stage.Program, control int) *machine {
	t.Helper()
	var file image
	if err := program.WriteImage(&file, control); err != nil {
		t.Fatal(err)
	}
	parsed, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, program: program, memory: map[uint64][]byte{}}
	for _, segment := range parsed.Progs {
		if segment.Type != elf.PT_LOAD {
			continue
		}
		content, err := io.ReadAll(segment.Open())
		if err != nil {
			t.Fatal(err)
		}
		m.memory[segment.Vaddr] = content
		if _, ok := program.Call(stage.Record{Call: segment.Vaddr + 64}); ok && m.first == 0 {
			m.first = segment.Vaddr + 64
		}
	}
	return m
}

func (m *machine) bytes(at uint64) []byte {
	for base, content := range m.memory {
		if at >= base && at < base+uint64(len(content)) {
			return content[at-base:]
		}
	}
	m.t.Helper()
	m.t.Fatalf("%#x is not in the image", at)
	return nil
}

func (m *machine) word(at uint64) uint64 { return binary.NativeEndian.Uint64(m.bytes(at)) }

func (m *machine) text(at uint64) string {
	text, _, _ := bytes.Cut(m.bytes(at), []byte{0})
	return string(text)
}

// all returns every call of the program, in the order of the image.
func (m *machine) all() []call {
	const size = 88
	var list []call
	for at := m.first; ; at += size {
		c, ok := m.program.Call(stage.Record{Call: at})
		if !ok {
			return list
		}
		list = append(list, m.decode(c))
	}
}

func (m *machine) decode(c stage.Call) call {
	switch c.Nr {
	case unix.SYS_CHDIR, unix.SYS_EXECVE:
		return call{c, m.text(c.Args[0])}
	case unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_OPENAT:
		return call{c, m.text(c.Args[1])}
	}
	return call{c, ""}
}

// run performs the program to its end and returns the calls that it made and
// the record of the one that failed it. Each call has the result that the
// test gives, or that of success.
func (m *machine) run(result func(call) (int64, bool)) ([]call, *stage.Record) {
	m.t.Helper()
	var trace []call
	for at := m.first; len(trace) < 10_000; {
		c, ok := m.program.Call(stage.Record{Call: at})
		if !ok {
			m.t.Fatalf("the program goes on at %#x", at)
		}
		for i := range c.Args { // a result may have been stored there
			c.Args[i] = m.word(at + 8 + 8*uint64(i))
		}
		made := m.decode(c)
		trace = append(trace, made)
		got, ok := int64(0), false
		if result != nil {
			got, ok = result(made)
		}
		if !ok {
			got = m.success(c)
		}
		if c.Nr == unix.SYS_EXIT_GROUP || c.Nr == unix.SYS_EXECVE && got == 0 {
			return trace, nil
		}
		if store := m.word(at + 56); store != 0 {
			binary.NativeEndian.PutUint64(m.bytes(store), uint64(got))
		}
		next := m.word(at + 64)
		if got >= 0 {
			next = m.word(at + 72 + 8*uint64(min(got, 1)))
		}
		if next == 0 {
			return trace, &stage.Record{Call: at, Result: got}
		}
		at = next
	}
	m.t.Fatal("the program does not end")
	return nil, nil
}

func (m *machine) success(c stage.Call) int64 {
	switch c.Nr {
	case stage.Load:
		return int64(m.word(c.Args[0]))
	case unix.SYS_READ, unix.SYS_WRITE, unix.SYS_GETCWD:
		return int64(max(c.Args[2], 1))
	case unix.SYS_OPENAT:
		return 77
	case unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2: // what there is, is a file
		if path := m.text(c.Args[1]); len(path) > 2 && path[len(path)-2:] == "/." {
			return -int64(unix.ENOTDIR)
		}
	}
	return 0
}
