package grpcwire

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2/hpack"
)

// Status codes of gRPC (its doc/statuscodes.md).
const (
	CodeOK            = 0
	CodeInvalid       = 3
	CodeUnimplemented = 12
	codeInternal      = 13
)

// maxMessage bounds a message, in bytes. It is more than execve(2) takes as
// arguments and environment.
const maxMessage = 8 << 20

const messageHeaderSize = 5

var errCancelled = errors.New("the client cancelled the call")

// Stream is one call.
type Stream struct {
	server *server
	id     uint32
	path   string
	ctx    context.Context
	cancel context.CancelCauseFunc

	sending sync.Mutex // a message is sent as a whole
	begun   bool       // under sending: the response's headers were sent

	// Under server.mu:
	unread     []byte
	inputEnd   bool
	recvWindow int64
	uncredited int
	sendWindow int64
	err        error // why the call is over
}

// Path returns which method is called: /PACKAGE.SERVICE/METHOD.
func (st *Stream) Path() string { return st.path }

// Context is done when the client cancelled the call or is gone.
func (st *Stream) Context() context.Context { return st.ctx }

// Recv returns the next message. The error is io.EOF after the client's last
// one.
func (st *Stream) Recv() ([]byte, error) {
	header, err := st.next(messageHeaderSize)
	if err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(header[1:])
	if header[0] != 0 {
		return nil, errors.New("a compressed message")
	}
	if length > maxMessage {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message, err := st.next(int(length))
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return message, err
}

// next returns the next n bytes, which may be more than the window.
func (st *Stream) next(n int) ([]byte, error) {
	p := make([]byte, 0, min(n, streamWindow))
	for first := true; first || len(p) < n; first = false {
		if n == 0 {
			break
		}
		piece, err := st.some(n - len(p))
		if err != nil {
			if len(p) > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		p = append(p, piece...)
	}
	return p, nil
}

// some returns at least one byte and at most n, and lets the client send more.
func (st *Stream) some(n int) ([]byte, error) {
	s := st.server
	s.mu.Lock()
	for len(st.unread) == 0 && !st.inputEnd && st.err == nil {
		s.windows.Wait()
	}
	if st.err != nil {
		s.mu.Unlock()
		return nil, st.err
	}
	if len(st.unread) == 0 {
		s.mu.Unlock()
		return nil, io.EOF
	}
	piece := st.unread[:min(n, len(st.unread))]
	st.unread = st.unread[len(piece):]
	st.uncredited += len(piece)
	credit := 0
	if st.uncredited >= streamWindow/4 && !st.inputEnd {
		credit, st.uncredited = st.uncredited, 0
		st.recvWindow += int64(credit)
	}
	s.mu.Unlock()
	if credit == 0 {
		return piece, nil
	}
	return piece, s.write(appendFrame(nil, frameWindowUpdate, 0, st.id, binary.BigEndian.AppendUint32(nil, uint32(credit))))
}

// Send sends a message, and waits until the client lets it.
func (st *Stream) Send(message []byte) error {
	st.sending.Lock()
	defer st.sending.Unlock()
	if !st.begun {
		st.begun = true
		if err := st.writeHeaders(0, responseHeaders); err != nil {
			return err
		}
	}
	p := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	p = append(p, message...)
	for len(p) > 0 {
		n, err := st.reserve(min(len(p), maxFrame))
		if err != nil {
			return err
		}
		if err := st.server.write(appendFrame(nil, frameData, 0, st.id, p[:n])); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

// reserve takes up to n bytes off the windows, at least one.
func (st *Stream) reserve(n int) (int, error) {
	s := st.server
	s.mu.Lock()
	defer s.mu.Unlock()
	for st.err == nil && (st.sendWindow <= 0 || s.sendWindow <= 0) {
		s.windows.Wait()
	}
	if st.err != nil {
		return 0, st.err
	}
	n = int(min(int64(n), st.sendWindow, s.sendWindow))
	st.sendWindow -= int64(n)
	s.sendWindow -= int64(n)
	return n, nil
}

var responseHeaders = []hpack.HeaderField{
	{Name: ":status", Value: "200"}, {Name: "content-type", Value: "application/grpc"},
}

// Finish ends the call. Later calls do nothing.
func (st *Stream) Finish(code int, text string) {
	s := st.server
	st.sending.Lock()
	defer st.sending.Unlock()
	s.mu.Lock()
	over, open := st.err != nil, !st.inputEnd
	if !over {
		st.err = errOver
	}
	delete(s.streams, st.id)
	s.windows.Broadcast()
	s.mu.Unlock()
	defer st.cancel(errOver)
	if over {
		return
	}
	trailers := []hpack.HeaderField{{Name: "grpc-status", Value: strconv.Itoa(code)}}
	if text != "" {
		trailers = append(trailers, hpack.HeaderField{Name: "grpc-message", Value: percent(text)})
	}
	if !st.begun {
		trailers = append(responseHeaders[:len(responseHeaders):len(responseHeaders)], trailers...)
	}
	// It fails when the connection has ended, which ends the call too.
	if err := st.writeHeaders(flagEndStream, trailers); err == nil && open {
		_ = s.reset(st.id, codeNone) // nobody reads the rest
	}
}

// errOver is the error of a call that is over.
var errOver = errors.New("the call is over")

func (st *Stream) writeHeaders(flags byte, fields []hpack.HeaderField) error {
	s := st.server
	s.writing.Lock()
	defer s.writing.Unlock()
	s.encoded.bytes = s.encoded.bytes[:0]
	for _, field := range fields {
		if err := s.encoder.WriteField(field); err != nil {
			return err
		}
	}
	_, err := s.conn.Write(appendFrame(nil, frameHeaders, flags|flagEndHeaders, st.id, s.encoded.bytes))
	return err
}

// percent encodes a text for grpc-message.
func percent(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
