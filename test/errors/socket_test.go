package errors

import (
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// socketTimeout bounds how long sidestep may take to give a server up that it
// was told to give 2 seconds.
const socketTimeout = 8 * time.Second

func TestSocket(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		ask := func(address string) []string {
			return append([]string{"--address", address, "--connect-timeout", "2s", "--timeout", "2s"}, f.exec()...)
		}
		f.fail(t, "/no/such/socket", "", ask("/no/such/socket")...)
		plain := filepath.Join(f.bed.Dir, "config.toml")
		f.fail(t, plain, "", ask(plain)...)
		dead := f.listen(t, "dead.sock", func(c net.Conn) {})
		dead.Close()
		f.fail(t, dead.Addr().String(), "", ask(dead.Addr().String())...)

		start := time.Now()
		for _, server := range []net.Listener{
			f.listenHTTP(t),
			f.listen(t, "closes.sock", func(c net.Conn) { c.Close() }),
			f.listen(t, "silent.sock", func(net.Conn) {}),
			f.listen(t, "babbles.sock", func(c net.Conn) { _, _ = c.Write([]byte("220 mail ready\r\n")) }),
		} {
			f.fail(t, server.Addr().String(), "", ask(server.Addr().String())...)
			if took := time.Since(start); took > socketTimeout {
				t.Errorf("%s: took %v", server.Addr(), took)
			}
			start = time.Now()
		}
	})
}

// TestDefaultTimeout: a daemon that does not answer is given up without flags
// too.
func TestDefaultTimeout(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		silent := f.listen(t, "silent.sock", func(net.Conn) {})
		start := time.Now()
		f.fail(t, silent.Addr().String(), "", append([]string{"-a", silent.Addr().String()}, f.exec()...)...)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// listen serves a socket in the bed's directory. Connections stay open until
// the test ends.
func (f fixture) listen(t *testing.T, name string, serve func(net.Conn)) net.Listener {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(f.bed.Dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			serve(c)
		}
	}()
	return listener
}

func (f fixture) listenHTTP(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(f.bed.Dir, "http.sock"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Minute}
	go server.Serve(listener) //nolint:errcheck // it ends with the test
	t.Cleanup(func() { _ = server.Close() })
	return listener
}
