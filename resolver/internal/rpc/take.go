package rpc

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"
)

// take acts on one frame. An error is the end of the connection.
func (c *Conn) take(f *frame, headers *headerReader) error {
	if headers.open() != (f.kind == frameContinuation) {
		return errMalformed // nothing may come between, nor without a beginning
	}
	switch f.kind {
	case frameHeaders, frameContinuation:
		return c.takeHeaders(f, headers)
	case frameData:
		return c.takeData(f)
	case frameReset:
		if len(f.payload) != 4 {
			return errMalformed
		}
		c.endCall(f.stream, resetStatus(binary.BigEndian.Uint32(f.payload)))
	case frameSettings:
		return c.takeSettings(f)
	case framePing:
		if len(f.payload) != 8 {
			return errMalformed
		}
		if !f.has(flagAck) {
			c.acknowledge(append(appendFrame(nil, 8, framePing, flagAck, 0), f.payload...))
		}
	case frameGoAway:
		return c.takeGoAway(f)
	case frameWindowUpdate:
		return c.takeWindowUpdate(f)
	case framePushPromise:
		return errMalformed // it was told not to
	}
	return nil // what is not known is ignored
}

func (c *Conn) takeHeaders(f *frame, headers *headerReader) error {
	content, err := f.content()
	if err != nil {
		return err
	}
	ended := f.kind == frameHeaders && f.has(flagEndStream)
	answer, done, err := headers.add(content, f.stream, ended, f.has(flagEndHeaders))
	if err != nil || !done {
		return err
	}
	switch status, final := answer.status(); {
	case final:
		c.endCall(answer.stream, status)
	case answer.ended:
		c.endCall(answer.stream, &Status{Code: Unknown, message: "the answer ended without a status"})
	}
	return nil
}

func (c *Conn) takeData(f *frame) error {
	content, err := f.content()
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.received += len(f.payload); c.received > largestFlow/4 {
		c.out = appendWindowUpdate(c.out, 0, uint32(c.received))
		c.received = 0
		c.ackSoon()
	}
	call := c.calls[f.stream]
	if call == nil {
		return nil // it was cancelled
	}
	call.data = append(call.data, content...)
	if len(call.data) > streamWindow {
		return errMalformed
	}
	if f.has(flagEndStream) {
		delete(c.calls, f.stream)
		call.end(&Status{Code: Unknown, message: "the answer ended without a status"})
		c.more()
	} else if call.stream {
		call.signal()
	}
	return nil
}

// endCall ends a call with a status, or with nil when all went well.
func (c *Conn) endCall(stream uint32, status *Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call := c.calls[stream]; call != nil {
		delete(c.calls, stream)
		if status == nil {
			call.end(nil)
		} else {
			call.end(status)
		}
		c.more()
	}
}

func (c *Conn) takeSettings(f *frame) error {
	if f.has(flagAck) {
		return nil
	}
	if len(f.payload)%6 != 0 {
		return errMalformed
	}
	c.mu.Lock()
	for p := f.payload; len(p) > 0; p = p[6:] {
		value := binary.BigEndian.Uint32(p[2:])
		switch binary.BigEndian.Uint16(p) {
		case settingMaxStreams:
			c.maxCalls = value
		case settingInitialWindow:
			for _, call := range c.calls {
				call.window += int64(value) - c.streamWin
			}
			c.streamWin = int64(value)
		}
	}
	c.more()
	c.mu.Unlock()
	c.acknowledge(appendFrame(nil, 0, frameSettings, flagAck, 0))
	select {
	case <-c.ready:
	default:
		close(c.ready) // only the reader does
	}
	return nil
}

func (c *Conn) takeWindowUpdate(f *frame) error {
	if len(f.payload) != 4 {
		return errMalformed
	}
	credit := int64(binary.BigEndian.Uint32(f.payload) & largestFlow)
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.stream == 0 {
		c.window += credit
	} else if call := c.calls[f.stream]; call != nil {
		call.window += credit
	}
	c.more()
	return nil
}

// takeGoAway: the other side answers what it has begun with, and nothing new.
func (c *Conn) takeGoAway(f *frame) error {
	if len(f.payload) < 8 {
		return errMalformed
	}
	last := binary.BigEndian.Uint32(f.payload) & largestFlow
	reason := &lostError{fmt.Errorf("the other side goes away (%q)", f.payload[8:])}
	c.mu.Lock()
	for id, call := range c.calls {
		if id > last {
			delete(c.calls, id)
			call.end(reason)
		}
	}
	idle := len(c.calls) == 0
	c.leaving = true
	c.more()
	c.mu.Unlock()
	if idle && last != largestFlow { // that one only announces another
		return reason.reason
	}
	return nil
}

// acknowledge sends what confirms something.
func (c *Conn) acknowledge(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.out = append(c.out, frame...)
	c.ackSoon()
}

// ackSoon writes what is to be written after a while, if nobody did until then.
func (c *Conn) ackSoon() {
	if c.acking != nil || c.err != nil {
		return
	}
	c.acking = time.AfterFunc(ackAfter, func() {
		c.mu.Lock()
		c.acking = nil
		c.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), ackWithin)
		defer cancel()
		_ = c.Flush(ctx) // a connection that is lost is noticed by who uses it
	})
}

// more wakes those that wait to send.
func (c *Conn) more() {
	close(c.changed)
	c.changed = make(chan struct{})
}
