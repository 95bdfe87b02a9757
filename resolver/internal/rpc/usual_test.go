package rpc

import (
	"bytes"
	"testing"

	"golang.org/x/net/http2/hpack"
)

// encode returns fields as a server's encoder writes them, with a table of so many bytes.
func encode(table uint32, fields ...string) []byte {
	var block bytes.Buffer
	e := hpack.NewEncoder(&block)
	e.SetMaxDynamicTableSizeLimit(table)
	for i := 0; i < len(fields); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}) // a buffer does not fail
	}
	return block.Bytes()
}

func TestUsual(t *testing.T) {
	for _, test := range []struct {
		name  string
		block []byte
		usual bool
	}{
		{"the beginning of an answer", encode(0, ":status", "200", "content-type", "application/grpc"), true},
		{"its end", encode(0, "grpc-status", "0", "grpc-message", ""), true},
		{"both", encode(0, ":status", "200", "content-type", "application/grpc", "grpc-status", "0"), true},
		{"without Huffman's code", []byte("\x00\x0bgrpc-status\x010"), true},
		{"never to be indexed", []byte("\x10\x0bgrpc-status\x010"), true},
		{"nothing", nil, true},
		{"with a table", encode(4096, ":status", "200", "content-type", "application/grpc"), false},
		{"another status", encode(0, "grpc-status", "5", "grpc-message", "not found"), true},
		{"the last one", encode(0, "grpc-status", "16"), true},
		{"one that there is not", encode(0, "grpc-status", "17"), false},
		{"no status of OK", encode(0, "grpc-status", "00"), false},
		{"another field", encode(0, "grpc-status", "0", "date", "today"), false},
		{"another HTTP status", encode(0, ":status", "404"), false},
		{"another content", encode(0, ":status", "200", "content-type", "text/html"), false},
		{"a part of a string", []byte("\x00\x0bgrpc-status\x02"), false},
		{"no value", []byte("\x00\x0bgrpc-status"), false},
		{"no name", []byte{0}, false},
		{"a message without an end", []byte("\x00\x0cgrpc-message\x85x"), false},
		{"a long name", append([]byte{0, 0x7f, 0x00}, bytes.Repeat([]byte("x"), 127)...), false},
	} {
		r := newHeaderReader()
		if got := r.usual(test.block); got != test.usual {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

// FuzzUsual: what usual reads the decoder would have read, and would have kept
// nothing of it.
func FuzzUsual(f *testing.F) {
	f.Add(encode(0, ":status", "200", "content-type", "application/grpc"))
	f.Add(encode(0, "grpc-status", "0", "grpc-message", ""))
	f.Add(encode(4096, "grpc-status", "0", "grpc-message", ""))
	f.Add([]byte(" \x10\x0bgrpc-status\x010"))
	first := byte(0x80 | 62) // the newest field of the table, when it has one
	f.Fuzz(func(t *testing.T, block []byte) {
		short, long := newHeaderReader(), newHeaderReader()
		if !short.usual(block) {
			return
		}
		_, err := long.decoder.Write(block)
		if err == nil {
			err = long.decoder.Close()
		}
		if l := short.answer.encoded; l != nil {
			if _, malformed := l.decode(); malformed != nil && err != nil {
				return // it is the message that is malformed: that is found when it is wanted
			}
		}
		got, decided := short.answer.status()
		want, should := long.answer.status()
		if err != nil || decided != should || said(got) != said(want) || short.answer.http != long.answer.http {
			t.Fatalf("%x: %+v, the decoder %+v, %v", block, short.answer, long.answer, err)
		}
		if _, err := long.decoder.Write([]byte{first}); err == nil {
			t.Fatalf("%x: a field is in the table", block)
		}
	})
}

func said(status *Status) string {
	if status == nil {
		return ""
	}
	return status.Error()
}
