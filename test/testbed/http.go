package testbed

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// FreePort returns a TCP port of the loopback address that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// WaitHTTP waits until a server answers on a port of the loopback address.
func WaitHTTP(t testing.TB, port int) {
	t.Helper()
	Eventually(t, 10*time.Second, "the published port answers", func() bool {
		_, err := get(port, "")
		return err == nil
	})
}

// GetHTTP returns what a server on a port of the loopback address answers.
func GetHTTP(t testing.TB, port int, page string) string {
	t.Helper()
	body, err := get(port, page)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func get(port int, page string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/%s", port, page))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}
