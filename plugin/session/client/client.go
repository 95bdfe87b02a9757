// Package client is the client's end of a session: it calls the sidestep of a
// node over a connection. It knows nothing of Kubernetes, and runs on every
// system.
package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/sidestep-dev/sidestep/plugin/session/sessionpb"
)

// Protocol is the number of the protocol that this end speaks.
const Protocol = 1

// maxMessage bounds what the node may say in one message, in bytes: the list
// of the containers of a large node.
const maxMessage = 64 << 20

// ProtocolError says that the ends do not understand each other.
type ProtocolError struct {
	Theirs  int
	Version string // of their program
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("the node's sidestep %s speaks protocol %d, this one %d", e.Version, e.Theirs, Protocol)
}

// Node is a sidestep on a node.
type Node struct {
	Version string // of its program
	Host    string // its host name
	line    *line
	conn    *grpc.ClientConn
	calls   sessionpb.SessionClient
}

// New says hello over conn, which belongs to the Node from then on, also when
// New fails.
func New(ctx context.Context, conn net.Conn, version, reason string) (*Node, error) {
	l := &line{Conn: conn}
	var used atomic.Bool
	dial := func(context.Context, string) (net.Conn, error) {
		if used.Swap(true) {
			return nil, errors.New("the connection has ended")
		}
		return l, nil
	}
	cc, err := grpc.NewClient("passthrough:///node", grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableServiceConfig(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithInitialWindowSize(window), grpc.WithInitialConnWindowSize(4*window))
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("connect to the node's sidestep: %w", err)
	}
	n := &Node{line: l, conn: cc, calls: sessionpb.NewSessionClient(cc)}
	if err := n.hello(ctx, version, reason); err != nil {
		n.Close()
		conn.Close()
		return nil, err
	}
	return n, nil
}

// window is how many bytes of a command's output are on their way at most.
// It bounds the throughput over a long way: one window in each round trip.
const window = 1 << 20

func (n *Node) hello(ctx context.Context, version, reason string) error {
	reply, err := n.calls.Hello(ctx, &sessionpb.HelloRequest{Protocol: Protocol, Version: version, Reason: reason})
	if err != nil {
		return fmt.Errorf("say hello to the node's sidestep: %w", n.line.cause(err))
	}
	if reply.Protocol != Protocol {
		return &ProtocolError{Theirs: int(reply.Protocol), Version: reply.Version}
	}
	n.Version, n.Host = reply.Version, reply.Host
	return nil
}

// Close ends all calls and the connection.
func (n *Node) Close() error { return n.conn.Close() }

// Failure is an error of the node's sidestep, in its words.
type Failure struct {
	Text   string
	Detail []string
	Hint   string
	Code   int // the exit code
}

func (f *Failure) Error() string { return f.Text }

func failureOf(f *sessionpb.Failure) error {
	return &Failure{Text: f.Error, Detail: f.Detail, Hint: f.Hint, Code: int(f.Code)}
}

// Answer is what a command of the node's sidestep showed.
type Answer struct {
	Output   []byte
	Messages string // its stderr
	Code     int    // its exit code
}

func (n *Node) answer(reply *sessionpb.QueryReply, err error) (Answer, error) {
	if err != nil {
		return Answer{}, fmt.Errorf("ask the node's sidestep: %w", n.line.cause(err))
	}
	if reply.Failure != nil {
		return Answer{}, failureOf(reply.Failure)
	}
	return Answer{Output: reply.Output, Messages: reply.Messages, Code: int(reply.Code)}, nil
}

// Ps lists the containers of the node, as JSON.
func (n *Node) Ps(ctx context.Context, all bool) (Answer, error) {
	return n.answer(n.calls.Ps(ctx, &sessionpb.QueryRequest{All: all, Format: "json"}))
}

// Ns compares the namespaces of a container with the node's.
func (n *Node) Ns(ctx context.Context, format, reference string) (Answer, error) {
	return n.answer(n.calls.Ns(ctx, &sessionpb.QueryRequest{Args: []string{reference}, Format: format}))
}

// Doctor examines the way to a container, or without a reference the node.
func (n *Node) Doctor(ctx context.Context, format string, reference ...string) (Answer, error) {
	return n.answer(n.calls.Doctor(ctx, &sessionpb.QueryRequest{Args: reference, Format: format}))
}
