package rpc

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"
)

// server is the other end of a connection, which says what a test wants.
type server struct {
	t      *testing.T
	conn   net.Conn
	reader *bufio.Reader
}

// pair returns the two ends of a connection.
func pair(t testing.TB) (ours, theirs net.Conn) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	var ends [2]net.Conn
	for i, fd := range fds {
		f := os.NewFile(uintptr(fd), "socket")
		if ends[i], err = net.FileConn(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return ends[0], ends[1]
}

func connect(t *testing.T) (*Conn, *server) {
	t.Helper()
	ours, theirs := pair(t)
	deadline := time.Now().Add(10 * time.Second)
	if err := theirs.SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	c := New(ours)
	t.Cleanup(func() { c.Close(); theirs.Close() })
	return c, &server{t: t, conn: theirs, reader: bufio.NewReaderSize(theirs, frameHeader+maxFrame)}
}

// greet reads the client's preface and answers with settings.
func (s *server) greet(settings ...byte) {
	s.t.Helper()
	got := make([]byte, len(preface))
	if _, err := io.ReadFull(s.reader, got); err != nil || string(got) != preface {
		s.t.Fatalf("preface %q, %v", got, err)
	}
	if f := s.frame(); f.kind != frameSettings {
		s.t.Fatalf("frame %d first", f.kind)
	}
	s.send(frameSettings, 0, 0, settings)
}

func (s *server) frame() frame {
	s.t.Helper()
	f, err := peekFrame(s.reader)
	if err != nil {
		s.t.Fatal(err)
	}
	f.payload = bytes.Clone(f.payload)
	if _, err := s.reader.Discard(frameHeader + len(f.payload)); err != nil {
		s.t.Fatal(err)
	}
	return f
}

// until reads frames up to one of the kind.
func (s *server) until(kind byte) frame {
	s.t.Helper()
	for {
		if f := s.frame(); f.kind == kind {
			return f
		}
	}
}

func (s *server) send(kind, flags byte, stream uint32, payload []byte) {
	s.t.Helper()
	if _, err := s.conn.Write(append(appendFrame(nil, len(payload), kind, flags, stream), payload...)); err != nil {
		s.t.Fatal(err)
	}
}

func fields(pairs ...string) []byte {
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for i := 0; i < len(pairs); i += 2 {
		_ = e.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return b.Bytes()
}

func message(text string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(text))), text...)
}

var begin = []string{":status", "200", "content-type", "application/grpc"}

// ask asks a question and returns its answer.
func ask(c *Conn, stream bool) <-chan string {
	answer := make(chan string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		call, err := c.Start(ctx, Question{Method: "/s/M", Request: []byte("question"), Stream: stream, Limit: 1 << 20, Header: [][2]string{{"k", "v"}}})
		if err != nil {
			answer <- err.Error()
			return
		}
		defer call.End()
		var all []string
		for {
			m, err := call.Next(ctx)
			if err != nil {
				answer <- strings.Join(append(all, err.Error()), " ")
				return
			}
			all = append(all, string(m))
		}
	}()
	return answer
}

func TestAnswerInAllShapesOfFrames(t *testing.T) {
	c, s := connect(t)
	answer := ask(c, true)
	s.greet()
	head := s.until(frameHeaders)
	var got []string
	_, err := hpack.NewDecoder(4096, func(f hpack.HeaderField) { got = append(got, f.Name+"="+f.Value) }).Write(head.payload)
	want := ":method=POST :scheme=http :path=/s/M :authority=localhost content-type=application/grpc te=trailers grpc-timeout="
	if text := strings.Join(got, " "); err != nil || !strings.HasPrefix(text, want) || !strings.HasSuffix(text, " k=v") {
		t.Errorf("%s, %v", text, err)
	}
	if body := s.frame(); body.kind != frameData || !body.has(flagEndStream) || !bytes.Equal(body.payload, message("question")) {
		t.Errorf("%+v", body)
	}
	first := fields(begin...)
	padded := append(append([]byte{3, 0, 0, 0, 0, 7}, first[:2]...), 0, 0, 0) // padding and priority
	s.send(frameHeaders, flagPadded|flagPriority, head.stream, padded)
	s.send(frameContinuation, 0, head.stream, first[2:5])
	s.send(frameContinuation, flagEndHeaders, head.stream, first[5:])
	s.send(0xee, 0, 0, []byte("an unknown frame"))
	both := append(message("one"), message("two")...)
	s.send(frameData, flagPadded, head.stream, append(append([]byte{2}, both[:9]...), 0, 0))
	s.send(frameData, 0, 99, []byte("of no call"))
	s.send(frameData, 0, head.stream, both[9:])
	s.send(frameHeaders, flagEndHeaders|flagEndStream, head.stream, fields("grpc-status", "0"))
	if got := <-answer; got != "one two EOF" {
		t.Error(got)
	}
}

func TestWhatAnAnswerWithoutAMessageMeans(t *testing.T) {
	for _, test := range []struct {
		fields []string
		want   string
	}{
		{append(begin, "grpc-status", "5", "grpc-message", "no%20such%C3%A9 %zz %"), "status 5: no such\u00e9 %zz %"},
		{append(begin, "grpc-status", "x"), `status 2: it answered with status "x"`},
		{begin, "status 2: the answer ended without a status"},
		{[]string{":status", "404", "content-type", "text/plain"}, `status 12: it answered with HTTP status "404" and content type "text/plain"`},
		{[]string{":status", "200", "content-type", "text/html"}, `status 12: it answered with HTTP status "200" and content type "text/html"`},
		{append(begin, "grpc-status", "0"), "EOF"},
	} {
		c, s := connect(t)
		answer := ask(c, false)
		s.greet()
		s.send(frameHeaders, flagEndHeaders|flagEndStream, s.until(frameHeaders).stream, fields(test.fields...))
		if got := <-answer; got != test.want {
			t.Errorf("%v: %s, want %s", test.fields, got, test.want)
		}
	}
}

func TestAnswerThatIsBrokenOff(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(s *server, stream uint32)
		want string
	}{
		"reset":          {func(s *server, id uint32) { s.send(frameReset, 0, id, []byte{0, 0, 0, 7}) }, "status 14"},
		"cancelled":      {func(s *server, id uint32) { s.send(frameReset, 0, id, []byte{0, 0, 0, 8}) }, "status 1"},
		"closed":         {func(s *server, _ uint32) { s.conn.Close() }, ErrLost.Error()},
		"going away":     {func(s *server, _ uint32) { s.send(frameGoAway, 0, 0, make([]byte, 8)) }, ErrLost.Error()},
		"compressed":     {func(s *server, id uint32) { s.send(frameData, 0, id, []byte{1, 0, 0, 0, 0}) }, "status 12"},
		"too long":       {func(s *server, id uint32) { s.send(frameData, 0, id, []byte{0, 0xff, 0, 0, 0}) }, "more than the 1048576"},
		"half a message": {func(s *server, id uint32) { s.send(frameData, flagEndStream, id, []byte{0, 0, 0, 0, 9, 'a'}) }, "status 2"},
		"pushed":         {func(s *server, id uint32) { s.send(framePushPromise, flagEndHeaders, id, make([]byte, 4)) }, ErrLost.Error()},
		"interleaved": {func(s *server, id uint32) {
			s.send(frameHeaders, 0, id, nil)
			s.send(framePing, 0, 0, make([]byte, 8))
		}, ErrLost.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			c, s := connect(t)
			answer := ask(c, true)
			s.greet()
			test.end(s, s.until(frameHeaders).stream)
			go io.Copy(io.Discard, s.conn) //nolint:errcheck // what the client says to it does not matter
			if got := <-answer; !strings.Contains(got, test.want) {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// A server may let the client send only so much, or only so many calls.
func TestNoMoreIsSentThanTheOtherSideTakes(t *testing.T) {
	c, s := connect(t)
	settings := appendSetting(appendSetting(nil, settingInitialWindow, 4), settingMaxStreams, 1)
	go func() { s.greet(settings...) }()
	if err := c.Handshake(t.Context()); err != nil {
		t.Fatal(err)
	}
	one, two := ask(c, false), ask(c, false)
	id := s.until(frameHeaders).stream
	var body []byte
	for len(body) < len(message("question")) {
		f := s.until(frameData)
		if f.stream != id || len(f.payload) > 4 {
			t.Fatalf("%d bytes on stream %d", len(f.payload), f.stream)
		}
		body = append(body, f.payload...)
		s.conn.Write(appendWindowUpdate(nil, id, 4)) //nolint:errcheck // the next read tells
	}
	if string(body) != string(message("question")) {
		t.Errorf("%q", body)
	}
	s.send(frameHeaders, flagEndHeaders|flagEndStream, id, fields(append(begin, "grpc-status", "3")...))
	next := s.until(frameHeaders)
	if next.stream == id {
		t.Error("a stream is used twice")
	}
	s.conn.Write(appendWindowUpdate(nil, next.stream, 1<<20)) //nolint:errcheck // the next read tells
	s.send(frameHeaders, flagEndHeaders|flagEndStream, next.stream, fields(append(begin, "grpc-status", "3")...))
	go io.Copy(io.Discard, s.conn) //nolint:errcheck // what the client says to it does not matter
	for _, answer := range []<-chan string{one, two} {
		if got := <-answer; got != "status 3: " {
			t.Error(got)
		}
	}
}

func TestPingsAndSettingsAreAnswered(t *testing.T) {
	c, s := connect(t)
	ask(c, false)
	s.greet()
	s.send(framePing, 0, 0, []byte("12345678"))
	if f := s.until(framePing); !f.has(flagAck) || string(f.payload) != "12345678" {
		t.Errorf("%+v", f)
	}
}

func TestOtherSideThatDoesNotSpeakHTTP2(t *testing.T) {
	for _, text := range []string{"HTTP/1.1 400 Bad Request\r\n\r\n", "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678", ""} {
		c, s := connect(t)
		go func() {
			_, _ = io.ReadFull(s.conn, make([]byte, len(preface)))
			_, _ = io.WriteString(s.conn, text)
			s.conn.Close()
		}()
		if err := c.Handshake(t.Context()); !errors.Is(err, ErrLost) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	c, _ := connect(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := c.Handshake(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nobody reads: %v", err)
	}
}

// FuzzRead: whatever the other side says, the client ends in an error.
func FuzzRead(f *testing.F) {
	settings := appendFrame(nil, 0, frameSettings, 0, 0)
	head := fields(begin...)
	f.Add(append(append(settings, appendFrame(nil, len(head), frameHeaders, flagEndHeaders, 1)...), head...))
	f.Add(append(settings, appendFrame(nil, 8, frameGoAway, 0, 0)...))
	f.Fuzz(func(t *testing.T, said []byte) {
		ours, theirs := pair(t)
		c := New(ours)
		defer c.Close()
		go io.Copy(io.Discard, theirs) //nolint:errcheck // what the client says does not matter
		go func() {
			_, _ = theirs.Write(said)
			theirs.Close()
		}()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		call, err := c.Start(ctx, Question{Method: "/s/M", Stream: true, Limit: 1 << 20})
		if err != nil {
			return
		}
		for n := 0; err == nil; n++ {
			var m []byte
			if m, err = call.Next(ctx); len(m) > len(said) || n > len(said) {
				t.Fatalf("a message of %d bytes, the %dth, of %d that were said", len(m), n, len(said))
			}
		}
		if errors.Is(err, context.DeadlineExceeded) {
			t.Fatal("the call hangs")
		}
	})
}
