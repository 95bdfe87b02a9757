package rpc

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2/hpack"
)

// headerSink is where the encoder of a connection writes to.
type headerSink Conn

func (s *headerSink) Write(p []byte) (int, error) {
	s.out = append(s.out, p...)
	return len(p), nil
}

// appendHeaders appends the frame that begins a call. mu is held.
func (c *Conn) appendHeaders(ctx context.Context, stream uint32, q Question) {
	at := len(c.out)
	c.out = appendFrame(c.out, 0, frameHeaders, flagEndHeaders, stream)
	write := func(name, value string) {
		_ = c.encoder.WriteField(hpack.HeaderField{Name: name, Value: value}) // the sink does not fail
	}
	write(":method", "POST")
	write(":scheme", "http")
	write(":path", q.Method)
	write(":authority", "localhost")
	write("content-type", "application/grpc")
	write("te", "trailers")
	if deadline, ok := ctx.Deadline(); ok {
		write("grpc-timeout", timeout(time.Until(deadline)))
	}
	for _, field := range q.Header {
		write(field[0], field[1])
	}
	length := len(c.out) - at - frameHeader
	c.out[at], c.out[at+1], c.out[at+2] = byte(length>>16), byte(length>>8), byte(length)
}

// timeout writes a time as the header takes it: at most eight digits and a unit.
func timeout(d time.Duration) string {
	d = max(d, time.Millisecond)
	if ms := d.Milliseconds(); ms < 1e8 {
		return strconv.FormatInt(ms, 10) + "m"
	}
	return strconv.FormatInt(min(int64(d.Hours()), 1e8-1), 10) + "H"
}

// headerReader puts together the fields of an answer.
type headerReader struct {
	decoder *hpack.Decoder
	answer  answer
	length  int
	reading bool
}

// answer is the fields that begin or end an answer.
type answer struct {
	stream                    uint32
	ended                     bool
	http, content, code, text string
	encoded                   literal // the text, when it was not decoded
}

func newHeaderReader() *headerReader {
	r := &headerReader{}
	const tableSize = 4096 // the protocol's default
	r.decoder = hpack.NewDecoder(tableSize, func(f hpack.HeaderField) {
		switch f.Name {
		case ":status":
			r.answer.http = f.Value
		case "content-type":
			r.answer.content = f.Value
		case "grpc-status":
			r.answer.code = f.Value
		case "grpc-message":
			r.answer.text = f.Value
		}
	})
	r.decoder.SetMaxStringLength(maxHeaderLen)
	return r
}

// open reports whether more fields of the same answer must come next.
func (r *headerReader) open() bool { return r.reading }

// add takes a part of the fields, and returns the answer with the last one.
func (r *headerReader) add(part []byte, stream uint32, ended, last bool) (answer, bool, error) {
	if !r.reading {
		r.answer, r.length, r.reading = answer{stream: stream, ended: ended}, 0, true
	}
	if r.length += len(part); r.length > maxHeaderLen || stream != r.answer.stream {
		return answer{}, false, errMalformed
	}
	if last && r.length == len(part) && r.usual(part) {
		r.reading = false
		return r.answer, true, nil
	}
	if _, err := r.decoder.Write(part); err != nil {
		return answer{}, false, fmt.Errorf("the fields of an answer: %w", err)
	}
	if !last {
		return answer{}, false, nil
	}
	r.reading = false
	return r.answer, true, r.decoder.Close()
}

// status returns the status of a call, nil for OK, and whether these fields
// decide it.
func (a *answer) status() (status *Status, final bool) {
	switch {
	case a.http != "" && (a.http != "200" || !strings.HasPrefix(a.content, "application/grpc")):
		return &Status{Code: Unimplemented, message: fmt.Sprintf("it answered with HTTP status %q and content type %q", a.http, a.content)}, true
	case a.code == "":
		return nil, false
	}
	code, err := strconv.ParseUint(a.code, 10, 32)
	switch {
	case err != nil:
		return &Status{Code: Unknown, message: fmt.Sprintf("it answered with status %q", a.code)}, true
	case code == OK:
		return nil, true
	}
	return &Status{Code: uint32(code), message: a.text, encoded: a.encoded}, true
}

// unescape undoes the percent-encoding of a message. What is no escape stays.
func unescape(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
