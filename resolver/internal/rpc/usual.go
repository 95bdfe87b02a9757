package rpc

import (
	"bytes"
	"strconv"

	"golang.org/x/net/http2/hpack"
)

// Beginnings of the representations of fields, RFC 7541 section 6 and appendix A.
const (
	fieldStatus200    = 0x88 // :status 200, of the static table
	fieldNotIndexed   = 0x00 // … to 0x0f: a literal that the table does not get
	fieldNeverIndexed = 0x10 // … to 0x1f: another
	tableEmptied      = 0x20 // the table has no room any more

	huffman = 0x80 // this bit of a length says that the string is encoded so
)

// contentType is how a literal names content-type, the 31st of the static table:
// 15 in the first byte, and the rest in the second.
const contentType = 31 - 15

// usual reads the fields of an answer that says nothing but its status, and reports
// whether it does. The decoder is spared them: it makes a tree of Huffman's code
// first, of 40 kB, while these strings are as well encoded and compared, and the
// message to a status is seldom wanted. What the decoder remembers of earlier
// fields is not changed by such an answer.
func (r *headerReader) usual(block []byte) bool {
	a := r.answer
	if len(block) > 0 && block[0] == tableEmptied {
		if _, err := r.decoder.Write(block[:1]); err != nil || r.decoder.Close() != nil {
			return false
		}
		block = block[1:]
	}
	for len(block) > 0 {
		switch first := block[0]; {
		case first == fieldStatus200:
			a.http, block = "200", block[1:]
		case first == fieldNotIndexed || first == fieldNeverIndexed:
			name, rest := cutString(block[1:])
			value, rest := cutString(rest)
			switch {
			case value == nil:
				return false
			case name.is("grpc-status"):
				if a.code = value.code(); a.code == "" {
					return false
				}
			case name.is("grpc-message"):
				a.encoded = bytes.Clone(value)
			default:
				return false
			}
			block = rest
		case (first == fieldNotIndexed|0xf || first == fieldNeverIndexed|0xf) && len(block) > 1 && block[1] == contentType:
			value, rest := cutString(block[2:])
			if !value.is("application/grpc") {
				return false
			}
			a.content, block = "application/grpc", rest
		default:
			return false
		}
	}
	r.answer = a
	return true
}

// literal is a string as a field has it; nil: there is none, or a long one.
type literal []byte

// cutString cuts a string off a block.
func cutString(block []byte) (s literal, rest []byte) {
	const long = huffman - 1
	if len(block) == 0 || block[0]&long == long || len(block) < 1+int(block[0]&long) {
		return nil, nil
	}
	end := 1 + int(block[0]&long)
	return block[:end], block[end:]
}

// code returns the code of a status, of those that gRPC knows (grpc:
// doc/statuscodes.md), as text.
func (l literal) code() string {
	for code := OK; code <= unauthenticated; code++ {
		if text := strconv.Itoa(code); l.is(text) {
			return text
		}
	}
	return ""
}

func (l literal) decode() (string, error) {
	if l[0]&huffman == 0 {
		return string(l[1:]), nil
	}
	return hpack.HuffmanDecodeToString(l[1:])
}

func (l literal) is(text string) bool {
	switch {
	case len(l) == 0:
		return false
	case l[0]&huffman == 0:
		return string(l[1:]) == text
	}
	var room [32]byte
	return bytes.Equal(l[1:], hpack.AppendHuffmanString(room[:0], text))
}
