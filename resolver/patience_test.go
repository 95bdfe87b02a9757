package resolver

import (
	"errors"
	"testing"
	"time"
)

// TestConnectionIsAnAnswer: who waits longer for answers waits as long for that to
// the connection, which is the first that a daemon that hangs does not give.
func TestConnectionIsAnAnswer(t *testing.T) {
	for _, test := range []struct{ connect, answer, least, most time.Duration }{
		{0, time.Hour, time.Hour, time.Hour},
		{time.Second, time.Hour, time.Second, time.Second},
		{0, time.Millisecond, defaultConnectTimeout, time.Minute},
	} {
		r := New(Config{ConnectTimeout: test.connect, Timeout: test.answer})
		if got := r.config.ConnectTimeout; got < test.least || got > test.most {
			t.Errorf("connection %s, answer %s: it waits %s for the connection", test.connect, test.answer, got)
		}
	}
}

// TestPatientList: a list waits for a daemon as long as was said, also when this
// host shows its containers.
func TestPatientList(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	h.shim(h.bundle("default", "web", pid), "default", "web")
	h.server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	h.config.ConnectTimeout, h.config.Timeout = 2*time.Second, 2*time.Second
	begin := time.Now()
	rows, err := h.resolver().List(t.Context())
	var silent *ConnectError
	if len(rows) != 1 || !errors.As(err, &silent) {
		t.Errorf("List: %+v, %v", rows, err)
	}
	if waited := time.Since(begin); waited < h.config.Timeout {
		t.Errorf("it waited for %s, and not for %s", waited, h.config.Timeout)
	}
}
