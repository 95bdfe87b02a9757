package session

import (
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"

	"github.com/sidestep-dev/sidestep/plugin/session/internal/grpcwire"
)

const service = "/sidestep.session.v1.Session/"

// Serve answers the calls of one client until the connection ends and all that
// ran for it has ended.
func Serve(conn net.Conn, node Node) error {
	s := &server{node: node}
	if err := grpcwire.Serve(conn, s.call); err != nil {
		return fmt.Errorf("serve the client: %w", err)
	}
	return nil
}

// server serves one client.
type server struct {
	node   Node
	reason atomic.Pointer[string] // set by Hello
}

func (s *server) call(st *grpcwire.Stream) {
	method, _ := strings.CutPrefix(st.Path(), service)
	if method != "Hello" && s.reason.Load() == nil {
		st.Finish(grpcwire.CodeInvalid, "the client did not say hello")
		return
	}
	switch method {
	case "Hello":
		unary(st, s.hello)
	case "Exec":
		s.exec(st)
	case QueryPs, QueryNs, QueryDoctor:
		unary(st, func(request []byte) ([]byte, error) {
			query, err := readQuery(method, request)
			if err != nil {
				return nil, err
			}
			return s.node.Query(st.Context(), query).encode(), nil
		})
	default:
		st.Finish(grpcwire.CodeUnimplemented, "no method "+st.Path())
	}
}

func (s *server) hello(request []byte) ([]byte, error) {
	h, err := readHello(request)
	if err != nil {
		return nil, err
	}
	// Who speaks another protocol sees the number in the reply and goes, before
	// anything is run for it.
	if h.protocol == Protocol {
		s.reason.Store(&h.reason)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "" // it is for people to read
	}
	return helloReply(s.node.Version(), host), nil
}

// unary answers a call that has one request and one reply.
func unary(st *grpcwire.Stream, answer func([]byte) ([]byte, error)) {
	request, err := st.Recv()
	if err == nil {
		request, err = answer(request)
	}
	if err != nil {
		st.Finish(grpcwire.CodeInvalid, err.Error())
		return
	}
	if err := st.Send(request); err == nil {
		st.Finish(grpcwire.CodeOK, "")
	}
}
