package client

import (
	"errors"
	"net"
	"sync/atomic"

	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// line is the connection of a Node. It keeps that the node gave it up, of which
// gRPC passes on the text only.
type line struct {
	net.Conn
	givenUp atomic.Pointer[tunnel.GivenUpError]
}

// Read implements net.Conn.
func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	var up *tunnel.GivenUpError
	if errors.As(err, &up) {
		l.givenUp.Store(up)
	}
	return n, err
}

// cause returns why a call failed with err.
func (l *line) cause(err error) error {
	if up := l.givenUp.Load(); up != nil {
		return up
	}
	return err
}
