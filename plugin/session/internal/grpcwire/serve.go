package grpcwire

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"

	"golang.org/x/net/http2/hpack"
)

const (
	maxStreams = 100
	// streamWindow is how many bytes of a stream may wait for its handler.
	streamWindow = 1 << 20
	// maxHeaders bounds the headers of a request, in bytes.
	maxHeaders = 64 << 10
)

// ErrClosed is the cause of the end of the streams of a connection that ended.
var ErrClosed = errors.New("the connection has ended")

// Handler answers a call. It returns when the call is over.
type Handler func(*Stream)

// server is one connection.
type server struct {
	conn    net.Conn
	handle  Handler
	context context.Context
	decoder *hpack.Decoder
	handled sync.WaitGroup

	writing sync.Mutex // a write to conn, and what is encoded for it
	encoder *hpack.Encoder
	encoded *headerBuffer

	mu          sync.Mutex
	windows     *sync.Cond // a window grew, or a stream or all ended
	streams     map[uint32]*Stream
	last        uint32 // the highest stream that was begun
	sendWindow  int64  // of the connection
	initialSend int64  // of each new stream
	uncredited  int    // received bytes that the connection's window was not given back
}

type headerBuffer struct{ bytes []byte }

func (h *headerBuffer) Write(p []byte) (int, error) {
	h.bytes = append(h.bytes, p...)
	return len(p), nil
}

// Serve answers the calls of a connection until it ends, and returns when all
// handlers have returned. An end between two frames is no error.
func Serve(conn net.Conn, handle Handler) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	s := &server{
		conn: conn, handle: handle, context: ctx, decoder: hpack.NewDecoder(4096, nil),
		encoded: &headerBuffer{}, streams: map[uint32]*Stream{}, sendWindow: 65535, initialSend: 65535,
	}
	s.decoder.SetMaxStringLength(maxHeaders)
	s.encoder = hpack.NewEncoder(s.encoded)
	s.windows = sync.NewCond(&s.mu)
	err := s.run()
	var broken *connError
	if errors.As(err, &broken) {
		s.goAway(broken.code)
	}
	s.end()
	cancel(ErrClosed)
	conn.Close()
	s.handled.Wait()
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func (s *server) run() error {
	var settings []byte
	for _, setting := range [][2]uint32{{settingMaxStreams, maxStreams}, {settingInitialWindow, streamWindow}} {
		settings = binary.BigEndian.AppendUint16(settings, uint16(setting[0]))
		settings = binary.BigEndian.AppendUint32(settings, setting[1])
	}
	hello := appendFrame(nil, frameSettings, 0, 0, settings)
	// What bounds memory is the windows of the streams. That of the connection
	// would let a stream that is not read stop the others.
	hello = appendFrame(hello, frameWindowUpdate, 0, 0, binary.BigEndian.AppendUint32(nil, maxWindow-65535))
	// Before the client's, for which it would wait one round trip more (RFC 9113,
	// section 3.4).
	if err := s.write(hello); err != nil {
		return err
	}
	r := bufio.NewReaderSize(s.conn, 64<<10)
	first := make([]byte, len(preface))
	if _, err := io.ReadFull(r, first); err != nil {
		return err
	}
	if string(first) != preface {
		return protocolError("the client does not speak it")
	}
	buf := make([]byte, maxFrame)
	for {
		f, err := readFrame(r, buf)
		if err == nil {
			err = s.take(f, r)
		}
		if err != nil {
			return err
		}
	}
}

func (s *server) take(f frame, r io.Reader) error {
	switch f.kind {
	case frameData:
		return s.data(f)
	case frameHeaders:
		return s.headers(f, r)
	case frameReset:
		if len(f.payload) != 4 {
			return protocolError("a reset of %d bytes", len(f.payload))
		}
		if stream := s.stream(f.stream); stream != nil {
			stream.cancelled(errCancelled)
		}
	case frameSettings:
		return s.settings(f)
	case framePing:
		if f.flags&flagAck == 0 {
			return s.write(appendFrame(nil, framePing, flagAck, 0, f.payload))
		}
	case frameWindowUpdate:
		return s.grow(f)
	case framePushPromise, frameContinuation:
		return protocolError("an unexpected frame of type %d", f.kind)
	case frameGoAway, framePriority:
	}
	return nil
}

func (s *server) settings(f frame) error {
	if f.flags&flagAck != 0 {
		return nil
	}
	if len(f.payload)%6 != 0 {
		return protocolError("settings of %d bytes", len(f.payload))
	}
	for p := f.payload; len(p) > 0; p = p[6:] {
		if value := binary.BigEndian.Uint32(p[2:]); binary.BigEndian.Uint16(p) == settingInitialWindow {
			if value > maxWindow {
				return &connError{code: codeFlowControl, text: "a window that is too large"}
			}
			s.mu.Lock()
			change := int64(value) - s.initialSend
			s.initialSend = int64(value)
			for _, stream := range s.streams {
				stream.sendWindow += change
			}
			s.windows.Broadcast()
			s.mu.Unlock()
		}
	}
	return s.write(appendFrame(nil, frameSettings, flagAck, 0, nil))
}

// grow takes a window update.
func (s *server) grow(f frame) error {
	if len(f.payload) != 4 {
		return protocolError("a window update of %d bytes", len(f.payload))
	}
	by := int64(binary.BigEndian.Uint32(f.payload) & maxWindow)
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.stream == 0 {
		s.sendWindow += by
		if by == 0 || s.sendWindow > maxWindow {
			return &connError{code: codeFlowControl, text: "a window that is too large"}
		}
	} else if stream := s.streams[f.stream]; stream != nil {
		stream.sendWindow += by
	}
	s.windows.Broadcast()
	return nil
}

func (s *server) stream(id uint32) *Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams[id]
}

// write writes whole frames.
func (s *server) write(frames []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.conn.Write(frames)
	return err
}

func (s *server) goAway(code uint32) {
	payload := binary.BigEndian.AppendUint32(nil, s.last)
	payload = binary.BigEndian.AppendUint32(payload, code)
	// The connection is given up anyway.
	_ = s.write(appendFrame(nil, frameGoAway, 0, 0, payload))
}

func (s *server) reset(stream, code uint32) error {
	return s.write(appendFrame(nil, frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code)))
}

// end ends all streams.
func (s *server) end() {
	s.mu.Lock()
	streams := s.streams
	s.streams = map[uint32]*Stream{}
	s.mu.Unlock()
	for _, stream := range streams {
		stream.cancelled(ErrClosed)
	}
}
