package shim

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// The header of a message: its length and stream, both in network order, its
// type and flags (ttrpc: PROTOCOL.md).
const (
	headerSize   = 10
	typeRequest  = 1
	typeResponse = 2
	maxMessage   = 4 << 20 // bytes, as ttrpc's own client takes
)

// The codes of a refusal that are told apart (google/rpc/code.proto).
const (
	codeNotFound      = 5
	codeUnimplemented = 12
)

// namespaceKey is how a call names containerd's namespace (containerd:
// pkg/namespaces/ttrpc.go).
const namespaceKey = "containerd-namespace-ttrpc"

// refusal is a shim's answer that it will not answer.
type refusal struct {
	code uint64
	text string
}

func (r *refusal) Error() string { return fmt.Sprintf("it answered %q", r.text) }

// connection is one to a shim, for one call after the other.
type connection struct {
	conn   net.Conn
	stream uint32 // of the last call; those of clients are odd
}

// call calls a method and returns what it answers. The error is a *refusal or
// that of the connection.
func (c *connection) call(service, method, namespace string, payload []byte) ([]byte, error) {
	c.stream += 1 + c.stream%2
	entry := wire.AppendString(wire.AppendString(nil, 1, namespaceKey), 2, namespace)
	request := make([]byte, headerSize, headerSize+256+len(payload))
	request = wire.AppendString(request, 1, service)
	request = wire.AppendString(request, 2, method)
	request = wire.AppendString(request, 3, payload)
	request = wire.AppendString(request, 5, entry)
	binary.BigEndian.PutUint32(request[0:], uint32(len(request)-headerSize))
	binary.BigEndian.PutUint32(request[4:], c.stream)
	request[8] = typeRequest
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	response, err := c.receive()
	if err != nil {
		return nil, err
	}
	return parseResponse(response)
}

// receive reads the answer to the last call.
func (c *connection) receive() ([]byte, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(c.conn, header[:]); err != nil {
		return nil, err
	}
	size, stream := binary.BigEndian.Uint32(header[0:]), binary.BigEndian.Uint32(header[4:])
	switch {
	case size > maxMessage:
		return nil, fmt.Errorf("it answered with %d bytes, %q…", size, header)
	case header[8] != typeResponse || stream != c.stream:
		return nil, fmt.Errorf("it answered %q", header)
	}
	response := make([]byte, size)
	_, err := io.ReadFull(c.conn, response)
	return response, err
}

// parseResponse parses ttrpc's Response: a status of the form of gRPC's, or the
// answer of the method.
func parseResponse(message []byte) (payload []byte, err error) {
	refused := &refusal{}
	err = wire.Each(message, func(f wire.Field) error {
		switch f.Number {
		case 1:
			return wire.Each(f.Bytes, func(f wire.Field) error {
				switch f.Number {
				case 1:
					refused.code = f.Uint
				case 2:
					refused.text = string(f.Bytes)
				}
				return nil
			})
		case 2:
			payload = f.Bytes
		}
		return nil
	})
	if err == nil && refused.code != 0 {
		err = refused
	}
	return payload, err
}
