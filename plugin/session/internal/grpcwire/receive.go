package grpcwire

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"golang.org/x/net/http2/hpack"
)

// headers takes the beginning of a call, or what a client puts after its last
// message.
func (s *server) headers(f frame, r io.Reader) error {
	block, err := f.unpadded()
	if err != nil {
		return err
	}
	block = append([]byte(nil), block...)
	more := make([]byte, maxFrame)
	for end := f.flags&flagEndHeaders != 0; !end; {
		next, err := readFrame(r, more)
		if err != nil {
			return err
		}
		if next.kind != frameContinuation || next.stream != f.stream || len(block)+len(next.payload) > maxHeaders {
			return protocolError("headers that do not go on as they should")
		}
		block = append(block, next.payload...)
		end = next.flags&flagEndHeaders != 0
	}
	fields, err := s.decoder.DecodeFull(block)
	if err != nil {
		return &connError{code: codeCompression, text: err.Error()}
	}
	if stream := s.stream(f.stream); stream != nil {
		stream.received(nil, true)
		return nil
	}
	if f.stream%2 == 0 || f.stream <= s.last {
		if f.stream <= s.last && f.stream%2 == 1 {
			return nil // a stream that is over here
		}
		return protocolError("a stream %d", f.stream)
	}
	s.mu.Lock()
	s.last = f.stream
	full := len(s.streams) >= maxStreams
	s.mu.Unlock()
	if full {
		return s.reset(f.stream, codeRefused)
	}
	s.begin(f.stream, fields, f.flags&flagEndStream != 0)
	return nil
}

func (s *server) begin(id uint32, fields []hpack.HeaderField, ended bool) {
	stream := &Stream{server: s, id: id}
	stream.ctx, stream.cancel = context.WithCancelCause(s.context)
	for _, field := range fields {
		if field.Name == ":path" {
			stream.path = field.Value
		}
	}
	s.mu.Lock()
	stream.sendWindow = s.initialSend
	stream.recvWindow = streamWindow
	s.streams[id] = stream
	s.mu.Unlock()
	if ended {
		stream.received(nil, true)
	}
	s.handled.Go(func() {
		s.handle(stream)
		// A handler that said nothing has failed.
		stream.Finish(codeInternal, "no answer")
	})
}

// data takes a part of a message.
func (s *server) data(f frame) error {
	p, err := f.unpadded()
	if err != nil {
		return err
	}
	if f.stream == 0 {
		return protocolError("data of no stream")
	}
	// What was on its way to a stream that is over counts for the connection too.
	s.uncredited += len(f.payload)
	if s.uncredited >= streamWindow {
		credit := binary.BigEndian.AppendUint32(nil, uint32(s.uncredited))
		if err := s.write(appendFrame(nil, frameWindowUpdate, 0, 0, credit)); err != nil {
			return err
		}
		s.uncredited = 0
	}
	stream := s.stream(f.stream)
	if stream == nil {
		if f.stream > s.last {
			return protocolError("data of stream %d, which was not begun", f.stream)
		}
		return nil
	}
	s.mu.Lock()
	stream.recvWindow -= int64(len(f.payload))
	over := stream.recvWindow < 0
	// Padding waits for nobody.
	stream.uncredited += len(f.payload) - len(p)
	s.mu.Unlock()
	if over {
		stream.cancelled(fmt.Errorf("the client sent more than it may"))
		return s.reset(f.stream, codeFlowControl)
	}
	stream.received(p, f.flags&flagEndStream != 0)
	return nil
}

// received gives the handler a part of a message.
func (st *Stream) received(p []byte, end bool) {
	st.server.mu.Lock()
	defer st.server.mu.Unlock()
	st.unread = append(st.unread, p...)
	st.inputEnd = st.inputEnd || end
	st.server.windows.Broadcast()
}

// cancelled ends the stream from the other side.
func (st *Stream) cancelled(err error) {
	s := st.server
	s.mu.Lock()
	delete(s.streams, st.id)
	if st.err == nil {
		st.err = err
	}
	s.windows.Broadcast()
	s.mu.Unlock()
	st.cancel(err)
}
