package shim

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

func TestAsk(t *testing.T) {
	want := Task{PID: 4121, Status: Running, Bundle: "/run/b/web"}
	tests := []struct {
		name    string
		serves  []int
		version int
	}{
		{"containerd 1.6", []int{2}, 2},
		{"containerd 2", []int{3}, 3},
		{"both", []int{2, 3}, 3},
		{"an unknown version, old", []int{2}, 0},
		{"an unknown version, new", []int{3}, 0},
		{"a wrong version", []int{3}, 2},
		{"a version to come that has the service of today", []int{3}, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := &fakeShim{tasks: webTask()}
			socket := socketPath(t)
			fake.start(t, socket, test.serves...)
			got, err := Ask(t.Context(), Address{Socket: socket, Version: test.version}, "default", "web")
			if err != nil || got != want {
				t.Errorf("%+v, %v", got, err)
			}
			if names := fake.named(); names != "default" {
				t.Errorf("asked in the namespaces %q", names)
			}
		})
	}
}

func TestAbstract(t *testing.T) {
	fake := &fakeShim{tasks: webTask()}
	socket := "@" + socketPath(t)
	fake.start(t, socket, 2)
	got, err := Ask(t.Context(), Address{Socket: socket, Version: 2}, "default", "web")
	if err != nil || got.PID != 4121 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestNotFound(t *testing.T) {
	fake := &fakeShim{tasks: webTask()}
	socket := socketPath(t)
	fake.start(t, socket, 3)
	_, err := Ask(t.Context(), Address{Socket: socket, Version: 3}, "default", "db")
	if !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
}

// TestCannotAsk: each way in which a shim does not say has a kind of its own.
func TestCannotAsk(t *testing.T) {
	tests := []struct {
		name  string
		start func(t *testing.T, socket string)
		want  Kind
	}{
		{"no socket", func(*testing.T, string) {}, NoSocket},
		{"nobody listens", func(t *testing.T, socket string) {
			l := listen(t, socket).(*net.UnixListener)
			l.SetUnlinkOnClose(false)
			l.Close()
		}, NoListener},
		{"accepts and never answers", func(t *testing.T, socket string) { listen(t, socket) }, NoAnswer},
		{"a shim that hangs", func(t *testing.T, socket string) {
			fake := &fakeShim{block: make(chan struct{})}
			fake.start(t, socket, 3)
			t.Cleanup(func() { close(fake.block) })
		}, NoAnswer},
		{"a shim without the service", func(t *testing.T, socket string) { (&fakeShim{}).start(t, socket) }, NotShim},
		{"another protocol", func(t *testing.T, socket string) { serve(t, socket, "HTTP/1.1 400 Bad Request\r\n\r\n") }, NotShim},
		{"a message that is too long", func(t *testing.T, socket string) {
			serve(t, socket, "\x7f\xff\xff\xff\x00\x00\x00\x01\x02\x00")
		}, NotShim},
		{"closes at once", func(t *testing.T, socket string) { serve(t, socket, "") }, NotShim},
		{"an answer that is cut off", func(t *testing.T, socket string) {
			serve(t, socket, "\x00\x00\x00\x09\x00\x00\x00\x01\x02\x00\x12")
		}, NotShim},
		{"an answer that is no message", func(t *testing.T, socket string) {
			serve(t, socket, "\x00\x00\x00\x02\x00\x00\x00\x01\x02\x00\x12\x7f")
		}, NotShim},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			socket := socketPath(t)
			test.start(t, socket)
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			begin := time.Now()
			_, err := Ask(ctx, Address{Socket: socket, Version: 3}, "default", "web")
			var failed *Error
			if !errors.As(err, &failed) || failed.Kind != test.want {
				t.Errorf("%v, want %q", err, test.want)
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestFullQueue: a shim that is stopped takes no connections any more once its
// queue is full, and the next one fails at once or waits.
func TestFullQueue(t *testing.T) {
	socket := socketPath(t)
	listen(t, socket)
	for {
		conn, err := net.DialTimeout("unix", socket, 100*time.Millisecond)
		if err != nil {
			break
		}
		t.Cleanup(func() { conn.Close() })
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := Ask(ctx, Address{Socket: socket}, "default", "web")
	var failed *Error
	if !errors.As(err, &failed) || failed.Kind != NoAnswer {
		t.Errorf("%v", err)
	}
}

func TestCancelled(t *testing.T) {
	socket := socketPath(t)
	listen(t, socket)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := Ask(ctx, Address{Socket: socket}, "default", "web"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// serve answers to whatever connects with these bytes, once something was sent.
func serve(t *testing.T, socket, answer string) {
	t.Helper()
	listener := listen(t, socket)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1024))
			_, _ = conn.Write([]byte(answer))
			conn.Close()
		}
	}()
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte("\x0a\x02\x08\x05"))
	f.Add([]byte("\x12\x06\x1a\x01w\x18\x07\x20"))
	f.Fuzz(func(t *testing.T, data []byte) {
		payload, err := parseResponse(data)
		if err != nil {
			return
		}
		if task, err := parseState(payload); err == nil && task.PID < 0 {
			t.Errorf("PID %d", task.PID)
		}
	})
}
