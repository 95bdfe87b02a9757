package grpcwire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The types of frames, RFC 9113 section 6.
const (
	frameData         = 0
	frameHeaders      = 1
	framePriority     = 2
	frameReset        = 3
	frameSettings     = 4
	framePushPromise  = 5
	framePing         = 6
	frameGoAway       = 7
	frameWindowUpdate = 8
	frameContinuation = 9
)

// Flags of frames.
const (
	flagEndStream  = 0x1 // DATA, HEADERS
	flagAck        = 0x1 // SETTINGS, PING
	flagEndHeaders = 0x4 // HEADERS, CONTINUATION
	flagPadded     = 0x8 // DATA, HEADERS
	flagPriority   = 0x20
)

// Settings and error codes that are used here.
const (
	settingMaxStreams    = 3
	settingInitialWindow = 4

	codeNone        = 0
	codeProtocol    = 1
	codeFlowControl = 3
	codeFrameSize   = 6
	codeRefused     = 7
	codeCompression = 9
)

const (
	preface         = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	frameHeaderSize = 9
	maxFrame        = 16 << 10 // of payload; what both ends may send unless the other allows more
	maxWindow       = 1<<31 - 1
)

type frame struct {
	kind    byte
	flags   byte
	stream  uint32
	payload []byte
}

// connError ends the connection.
type connError struct {
	code uint32
	text string
}

func (e *connError) Error() string { return "HTTP/2: " + e.text }

func protocolError(format string, args ...any) error {
	return &connError{code: codeProtocol, text: fmt.Sprintf(format, args...)}
}

// readFrame reads a frame. Its payload is valid until the next call.
func readFrame(r io.Reader, buf []byte) (frame, error) {
	var header [frameHeaderSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return frame{}, err
	}
	length := int(header[0])<<16 | int(header[1])<<8 | int(header[2])
	if length > maxFrame {
		return frame{}, &connError{code: codeFrameSize, text: fmt.Sprintf("a frame of %d bytes", length)}
	}
	f := frame{
		kind: header[3], flags: header[4],
		stream:  binary.BigEndian.Uint32(header[5:]) & maxWindow,
		payload: buf[:length],
	}
	if _, err := io.ReadFull(r, f.payload); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return frame{}, err
	}
	return f, nil
}

// appendFrame appends a frame to b.
func appendFrame(b []byte, kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	b = append(b, byte(n>>16), byte(n>>8), byte(n), kind, flags)
	b = binary.BigEndian.AppendUint32(b, stream)
	return append(b, payload...)
}

// unpadded returns the payload of a DATA or HEADERS frame without padding and
// priority.
func (f frame) unpadded() ([]byte, error) {
	p, pad := f.payload, 0
	if f.flags&flagPadded != 0 {
		if len(p) == 0 {
			return nil, protocolError("a padded frame without padding")
		}
		pad, p = int(p[0]), p[1:]
	}
	if f.kind == frameHeaders && f.flags&flagPriority != 0 {
		if len(p) < 5 {
			return nil, protocolError("a frame without its priority")
		}
		p = p[5:]
	}
	if pad > len(p) {
		return nil, protocolError("more padding than payload")
	}
	return p[:len(p)-pad], nil
}
