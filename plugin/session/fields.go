package session

import (
	"encoding/binary"
	"errors"
)

// The types of fields in protobuf's wire format
// (protobuf.dev/programming-guides/encoding).
const (
	varint  = 0
	fixed64 = 1
	bytes   = 2
	fixed32 = 5
)

var errNoProtobuf = errors.New("a message that is no protobuf")

// field is one field of a message, by its number in session.proto.
type field struct {
	number int
	value  uint64 // of a number or a bool
	bytes  []byte // of all else
}

func (f field) text() string { return string(f.bytes) }

func (f field) on() bool { return f.value != 0 }

// fields gives each field of a message to take. Those of other types than are
// used here are skipped, as are unknown ones by take.
func fields(message []byte, take func(field) error) error {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29-1 {
			return errNoProtobuf
		}
		message = message[n:]
		f, skip, size := field{number: int(tag >> 3)}, false, 0
		switch tag & 7 {
		case varint:
			f.value, size = binary.Uvarint(message)
		case bytes:
			length, n := binary.Uvarint(message)
			if n <= 0 || length > uint64(len(message)-n) {
				return errNoProtobuf
			}
			size = n + int(length)
			f.bytes = message[n:size]
		case fixed64:
			skip, size = true, 8
		case fixed32:
			skip, size = true, 4
		}
		if size <= 0 || size > len(message) {
			return errNoProtobuf
		}
		message = message[size:]
		if skip {
			continue
		}
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

// message is one that is being written.
type message []byte

func (m message) tag(field int, kind uint64) message {
	return binary.AppendUvarint(m, uint64(field)<<3|kind)
}

// number writes a number or, not 0, a bool. The zero value is left out.
func (m message) number(field int, value uint64) message {
	if value == 0 {
		return m
	}
	return binary.AppendUvarint(m.tag(field, varint), value)
}

// text writes a string. An empty one is left out.
func (m message) text(field int, text string) message {
	if text == "" {
		return m
	}
	return m.member(field, []byte(text))
}

// member writes bytes or a message, empty or not: it may be what a oneof holds.
func (m message) member(field int, content []byte) message {
	m = binary.AppendUvarint(m.tag(field, bytes), uint64(len(content)))
	return append(m, content...)
}
