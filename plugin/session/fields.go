package session

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

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
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return fmt.Errorf("a message that is no protobuf: %w", protowire.ParseError(n))
		}
		message = message[n:]
		f := field{number: int(number)}
		skip := false
		switch kind {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(message)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		default:
			n, skip = protowire.ConsumeFieldValue(number, kind, message), true
		}
		if n < 0 {
			return fmt.Errorf("a message that is no protobuf: %w", protowire.ParseError(n))
		}
		message = message[n:]
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

// number writes a number or, not 0, a bool. The zero value is left out.
func (m message) number(field int, value uint64) message {
	if value == 0 {
		return m
	}
	return message(protowire.AppendVarint(protowire.AppendTag(m, protowire.Number(field), protowire.VarintType), value))
}

// text writes a string. An empty one is left out.
func (m message) text(field int, text string) message {
	if text == "" {
		return m
	}
	return m.member(field, []byte(text))
}

// member writes bytes or a message, empty or not: it may be what a oneof holds.
func (m message) member(field int, bytes []byte) message {
	return message(protowire.AppendBytes(protowire.AppendTag(m, protowire.Number(field), protowire.BytesType), bytes))
}
