// Package wire writes and reads the wire format of protocol buffers, as far as
// the few messages need it that a shim is asked with: numbers and texts. It is
// for a program that is started for one question: the generated stubs and what
// they import take longer to initialise than the question takes to answer.
//
// See protobuf.dev/programming-guides/encoding.
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The wire types, which say how long a field's value is.
const (
	varint = 0
	fixed8 = 1 // eight bytes
	length = 2 // a length and that many bytes
	fixed4 = 5 // four bytes
)

// AppendUint appends a number, unless it is zero, which is what a field that
// is not there means.
func AppendUint(message []byte, field int, value uint64) []byte {
	if value == 0 {
		return message
	}
	return binary.AppendUvarint(appendTag(message, field, varint), value)
}

// AppendString appends a text, or a message in a field of this one, unless it
// is empty.
func AppendString[T string | []byte](message []byte, field int, value T) []byte {
	if len(value) == 0 {
		return message
	}
	message = binary.AppendUvarint(appendTag(message, field, length), uint64(len(value)))
	return append(message, value...)
}

func appendTag(message []byte, field, kind int) []byte {
	return binary.AppendUvarint(message, uint64(field)<<3|uint64(kind))
}

// Field is one field of a message.
type Field struct {
	Number int
	Uint   uint64 // of a number
	Bytes  []byte // of a text or a message; part of what was read
}

// errTruncated says that a message ends within a field.
var errTruncated = errors.New("the message is truncated")

// Each calls visit with the fields of a message, in order. Those of kinds that
// are not numbers or texts are stepped over.
func Each(message []byte, visit func(Field) error) error {
	for len(message) > 0 {
		field, rest, err := next(message)
		if err != nil {
			return err
		}
		if field.Number != 0 {
			if err := visit(field); err != nil {
				return err
			}
		}
		message = rest
	}
	return nil
}

// Texts is Each for a message of texts and messages. A number in their place is
// the number of an unknown field.
func Texts(message []byte, visit func(Field) error) error {
	return Each(message, func(f Field) error {
		if f.Bytes == nil {
			return nil
		}
		return visit(f)
	})
}

// Numbers is Each for a message of which only the numbers are wanted.
func Numbers(message []byte, visit func(Field) error) error {
	return Each(message, func(f Field) error {
		if f.Bytes != nil {
			return nil
		}
		return visit(f)
	})
}

// next takes one field off a message. Its number is 0 when it is of a kind that
// is stepped over.
func next(message []byte) (Field, []byte, error) {
	tag, n := binary.Uvarint(message)
	if n <= 0 || tag>>3 == 0 || tag>>3 >= 1<<29 {
		return Field{}, nil, errors.New("the message has a bad tag")
	}
	field, rest := Field{Number: int(tag >> 3)}, message[n:]
	switch tag & 7 {
	case varint:
		field.Uint, n = binary.Uvarint(rest)
		if n <= 0 {
			return Field{}, nil, errTruncated
		}
		return field, rest[n:], nil
	case length:
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return Field{}, nil, errTruncated
		}
		field.Bytes = rest[n : n+int(size)]
		return field, rest[n+int(size):], nil
	case fixed8, fixed4:
		size := 4
		if tag&7 == fixed8 {
			size = 8
		}
		if len(rest) < size {
			return Field{}, nil, errTruncated
		}
		return Field{}, rest[size:], nil
	}
	return Field{}, nil, fmt.Errorf("the message has a field of kind %d", tag&7)
}
