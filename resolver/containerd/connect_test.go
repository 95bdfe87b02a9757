package containerd_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

var soon = containerd.Deadlines{Connect: 300 * time.Millisecond, Call: 300 * time.Millisecond}

// listen serves each connection of a new socket with serve.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	address := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return address
}

func TestDialTellsApartWhatIsWrong(t *testing.T) {
	stale := fakecontainerd.SocketPath(t)
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	datagrams := fakecontainerd.SocketPath(t)
	left := fakecontainerd.SocketPath(t)
	ended, err := net.ListenUnix("unix", &net.UnixAddr{Name: left})
	if err != nil {
		t.Fatal(err)
	}
	ended.SetUnlinkOnClose(false)
	ended.Close()
	packets, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: datagrams})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { packets.Close() })
	http := listen(t, func(conn net.Conn) {
		defer conn.Close()
		_, _ = bufio.NewReader(conn).ReadString('\n')
		_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"))
	})
	tests := []struct {
		name, address string
		want          containerd.ConnectKind
	}{
		{"no file", fakecontainerd.SocketPath(t), containerd.NoSocket},
		{"no folder", fakecontainerd.SocketPath(t) + "/below/c.sock", containerd.NoSocket},
		{"below a file", stale + "/c.sock", containerd.NoSocket},
		{"a file that is no socket", stale, containerd.NotSocket},
		{"a device", os.DevNull, containerd.NotSocket},
		{"a directory", filepath.Dir(stale), containerd.NotSocket},
		{"a path that is too long", "/" + strings.Repeat("a", 107), containerd.NotSocket},
		{"the longest path", "/" + strings.Repeat("a", 106), containerd.NoSocket},
		{"a socket that nobody listens on any more", left, containerd.NoListener},
		{"a socket for datagrams", datagrams, containerd.NotContainerd},
		{"an HTTP server", http, containerd.NotContainerd},
		{"accepts and closes", listen(t, func(conn net.Conn) { conn.Close() }), containerd.NotContainerd},
		{"accepts and never answers", listen(t, func(conn net.Conn) {
			<-t.Context().Done()
			conn.Close()
		}), containerd.NoAnswer},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client, err := containerd.Dial(t.Context(), test.address, soon)
			if err == nil {
				client.Close()
			}
			var got *containerd.ConnectError
			if !errors.As(err, &got) || got.Kind != test.want || got.Address != test.address {
				t.Fatalf("Dial: %v (%#v), want %v", err, err, test.want)
			}
			t.Log(err)
		})
	}
}

// TestMisnamed: what an address is the path of instead of a socket is said.
func TestMisnamed(t *testing.T) {
	for address, want := range map[string]string{
		"/":                            "containerd at /: it is a directory",
		os.DevNull:                     "containerd at /dev/null: it is not a socket",
		"/" + strings.Repeat("a", 107): "it is longer than a socket's path may be (107 bytes)",
	} {
		if _, err := containerd.Dial(t.Context(), address, soon); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestDialWithoutPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may connect to every socket")
	}
	server := fakecontainerd.Start(t)
	if err := os.Chmod(server.Address, 0); err != nil {
		t.Fatal(err)
	}
	_, err := containerd.Dial(t.Context(), server.Address, soon)
	var got *containerd.ConnectError
	if !errors.As(err, &got) || got.Kind != containerd.PermissionDenied {
		t.Fatalf("Dial: %v, want permission denied", err)
	}
}

func TestGRPCServerThatIsNotContainerd(t *testing.T) {
	address := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", address)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	client, err := containerd.Dial(t.Context(), "unix://"+address, soon)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Namespaces(t.Context())
	var got *containerd.ConnectError
	if !errors.As(err, &got) || got.Kind != containerd.NotContainerd {
		t.Fatalf("Namespaces: %v, want not containerd", err)
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	address := listen(t, func(conn net.Conn) {
		<-t.Context().Done() // a connection that nothing refers to is closed
		conn.Close()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := containerd.Dial(ctx, address, containerd.Deadlines{Connect: time.Minute})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Dial: %v, want the context's error", err)
	}
}
