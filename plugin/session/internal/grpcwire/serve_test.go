package grpcwire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"
)

// talk is a client that writes what it has to say and keeps what it hears.
type talk struct {
	net.Conn
	in  io.Reader
	out bytes.Buffer
}

func (c *talk) Read(p []byte) (int, error) { return c.in.Read(p) }

func (c *talk) Write(p []byte) (int, error) { return c.out.Write(p) }

func (c *talk) Close() error { return nil }

// echo answers each message with itself.
func echo(st *Stream) {
	for {
		m, err := st.Recv()
		if errors.Is(err, io.EOF) {
			st.Finish(CodeOK, "")
			return
		}
		if err != nil || st.Send(m) != nil {
			return
		}
	}
}

func headers(id uint32, flags byte) []byte {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range []hpack.HeaderField{{Name: ":method", Value: "POST"}, {Name: ":path", Value: "/s/m"}, {Name: "te", Value: "trailers"}} {
		_ = encoder.WriteField(f) // to a buffer
	}
	return appendFrame(nil, frameHeaders, flags|flagEndHeaders, id, block.Bytes())
}

func message(id uint32, flags byte, text string) []byte {
	p := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(text)))
	return appendFrame(nil, frameData, flags, id, append(p, text...))
}

// serve serves a client that says all of this, and returns what it hears.
func serve(t *testing.T, said ...[]byte) (string, error) {
	t.Helper()
	c := &talk{in: bytes.NewReader(bytes.Join(append([][]byte{[]byte(preface)}, said...), nil))}
	ended := make(chan error, 1)
	go func() { ended <- Serve(c, echo) }()
	select {
	case err := <-ended:
		return c.out.String(), err
	case <-time.After(20 * time.Second):
		t.Fatal("the server has not ended with its client")
		return "", nil
	}
}

// TestBrokenClients: what is no HTTP/2 ends the connection, with the reason.
func TestBrokenClients(t *testing.T) {
	window := binary.BigEndian.AppendUint32(nil, maxWindow)
	for name, test := range map[string]struct {
		said []byte
		code uint32
	}{
		"a frame too long":      {[]byte{0, 0x50, 0, frameData, 0, 0, 0, 0, 1}, codeFrameSize},
		"data of no stream":     {message(0, 0, "x"), codeProtocol},
		"data before its call":  {message(1, 0, "x"), codeProtocol},
		"an even stream":        {headers(2, 0), codeProtocol},
		"a push":                {appendFrame(nil, framePushPromise, 0, 1, nil), codeProtocol},
		"a continuation alone":  {appendFrame(nil, frameContinuation, 0, 1, nil), codeProtocol},
		"padding without end":   {appendFrame(headers(1, 0), frameData, flagPadded, 1, []byte{200, 1}), codeProtocol},
		"headers that go wrong": {appendFrame(nil, frameHeaders, flagEndHeaders, 1, []byte{0xff, 0xff, 0xff}), codeCompression},
		"odd settings":          {appendFrame(nil, frameSettings, 0, 0, []byte{1}), codeProtocol},
		"too large a window":    {appendFrame(nil, frameWindowUpdate, 0, 0, window), codeFlowControl},
		"a short reset":         {appendFrame(nil, frameReset, 0, 1, []byte{1}), codeProtocol},
	} {
		heard, err := serve(t, test.said)
		goAway := appendFrame(nil, frameGoAway, 0, 0, nil)[3:4]
		var broken *connError
		if !errors.As(err, &broken) || broken.code != test.code || !bytes.Contains([]byte(heard), goAway) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := &talk{in: bytes.NewReader([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))}
	if err := Serve(c, echo); err == nil {
		t.Error("HTTP/1.1 was taken for HTTP/2")
	}
}

// TestTolerated: what HTTP/2 lets a client do and gRPC's clients do not.
func TestTolerated(t *testing.T) {
	padded := appendFrame(nil, frameData, flagPadded|flagEndStream, 1, append([]byte{2}, append(message(1, 0, "hello")[frameHeaderSize:], 0, 0)...))
	heard, err := serve(t,
		appendFrame(nil, framePriority, 0, 3, make([]byte, 5)), appendFrame(nil, 77, 0, 0, []byte("unknown")),
		headers(1, 0), padded, appendFrame(nil, framePing, 0, 0, []byte("12345678")),
		message(1, 0, "late"), appendFrame(nil, frameReset, 0, 99, make([]byte, 4)))
	if err != nil || !bytes.Contains([]byte(heard), []byte("12345678")) {
		t.Errorf("%q, %v", heard, err)
	}
}

// TestTooMuchAtOnce: a client that does not keep to the window of a stream loses
// that stream, and only that.
func TestTooMuchAtOnce(t *testing.T) {
	said := [][]byte{headers(1, 0)}
	part := make([]byte, maxFrame)
	first := binary.BigEndian.AppendUint32([]byte{0}, maxMessage)
	copy(part, first)
	release := make(chan bool)
	for range streamWindow/maxFrame + 1 {
		said = append(said, appendFrame(nil, frameData, 0, 1, part))
		copy(part, make([]byte, len(first)))
	}
	c := &talk{in: bytes.NewReader(bytes.Join(append([][]byte{[]byte(preface)}, said...), nil))}
	var cause error
	err := Serve(c, func(st *Stream) {
		<-st.Context().Done() // reads nothing
		_, cause = st.Recv()
		close(release)
	})
	<-release
	if err != nil || cause == nil {
		t.Errorf("the connection ended with %v, the stream with %v", err, cause)
	}
}

func TestPercent(t *testing.T) {
	if got := percent("a%b\né"); got != "a%25b%0A%C3%A9" {
		t.Error(got)
	}
}

// FuzzServe: no bytes keep the server, or break it.
func FuzzServe(f *testing.F) {
	f.Add(append(headers(1, 0), message(1, flagEndStream, "hello")...))
	f.Add(appendFrame(headers(1, 0), frameSettings, 0, 0, []byte{0, 4, 0, 0, 0, 0}))
	f.Add(appendFrame(nil, frameHeaders, 0, 1, []byte{0x82}))
	f.Fuzz(func(t *testing.T, said []byte) {
		_, _ = serve(t, said)
	})
}
