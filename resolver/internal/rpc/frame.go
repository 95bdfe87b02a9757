package rpc

import (
	"bufio"
	"encoding/binary"
	"fmt"
)

// The types of frames, RFC 9113 section 6.
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameReset        = 0x3
	frameSettings     = 0x4
	framePushPromise  = 0x5
	framePing         = 0x6
	frameGoAway       = 0x7
	frameWindowUpdate = 0x8
	frameContinuation = 0x9
)

// The flags of frames. Some share a bit.
const (
	flagEndStream  = 0x1
	flagAck        = 0x1
	flagEndHeaders = 0x4
	flagPadded     = 0x8
	flagPriority   = 0x20
)

// The settings that matter here, and the code by which a stream is cancelled.
const (
	settingTableSize     = 0x1
	settingPush          = 0x2
	settingMaxStreams    = 0x3
	settingInitialWindow = 0x4

	codeCancel = 0x8
)

const (
	preface      = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	frameHeader  = 9
	maxFrame     = 16 << 10 // bytes of payload, both ways: the protocol's default
	firstWindow  = 1<<16 - 1
	largestFlow  = 1<<31 - 1
	maxHeaderLen = 256 << 10 // bytes of the fields of one answer
)

type frame struct {
	kind, flags byte
	stream      uint32
	payload     []byte // valid until it is taken off the reader
}

func (f *frame) has(flag byte) bool { return f.flags&flag != 0 }

// appendFrame appends the header of a frame whose payload follows.
func appendFrame(out []byte, length int, kind, flags byte, stream uint32) []byte {
	out = append(out, byte(length>>16), byte(length>>8), byte(length), kind, flags)
	return binary.BigEndian.AppendUint32(out, stream)
}

func appendSetting(out []byte, id uint16, value uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(out, id), value)
}

func appendWindowUpdate(out []byte, stream, credit uint32) []byte {
	return binary.BigEndian.AppendUint32(appendFrame(out, 4, frameWindowUpdate, 0, stream), credit)
}

// payloadLen returns how long the payload is, in bytes, that the header announces.
func payloadLen(head []byte) int { return int(head[0])<<16 | int(head[1])<<8 | int(head[2]) }

// peekFrame returns the next frame, which stays in the reader: after an error
// that passes it can be asked for again. The reader's buffer holds the largest.
func peekFrame(r *bufio.Reader) (frame, error) {
	head, err := r.Peek(frameHeader)
	if err != nil {
		return frame{}, err
	}
	length := payloadLen(head)
	if length > maxFrame {
		return frame{}, fmt.Errorf("a frame of %d bytes", length)
	}
	whole, err := r.Peek(frameHeader + length)
	if err != nil {
		return frame{}, err
	}
	return frame{kind: whole[3], flags: whole[4], stream: binary.BigEndian.Uint32(whole[5:]) & largestFlow, payload: whole[frameHeader:]}, nil
}

// content returns the payload of a frame without its padding and priority.
func (f *frame) content() ([]byte, error) {
	content, padding := f.payload, 0
	if f.has(flagPadded) {
		if len(content) == 0 {
			return nil, errMalformed
		}
		content, padding = content[1:], int(content[0])
	}
	if f.kind == frameHeaders && f.has(flagPriority) {
		if len(content) < 5 {
			return nil, errMalformed
		}
		content = content[5:]
	}
	if padding > len(content) {
		return nil, errMalformed
	}
	return content[:len(content)-padding], nil
}
