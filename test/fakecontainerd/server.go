// Package fakecontainerd is a containerd for tests: the services that the
// resolver asks, over a unix socket, with the answers and faults that a test
// sets. It needs no privilege and starts no container.
package fakecontainerd

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	namespacesapi "github.com/containerd/containerd/api/services/namespaces/v1"
	tasksapi "github.com/containerd/containerd/api/services/tasks/v1"
	"google.golang.org/grpc"
)

// Server is a fake containerd.
type Server struct {
	// Address is the path of its socket.
	Address string

	server     *grpc.Server
	mu         sync.Mutex
	namespaces []string
	containers map[string][]*containersapi.Container // by namespace
	tasks      map[string]Task                       // by namespace and ID
	hang       map[string]bool                       // by method
	calls      []string
}

// Start starts a server, which the end of the test stops.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{
		Address:    SocketPath(t),
		containers: map[string][]*containersapi.Container{},
		tasks:      map[string]Task{},
		hang:       map[string]bool{},
	}
	listener, err := net.Listen("unix", s.Address)
	if err != nil {
		t.Fatal(err)
	}
	s.server = grpc.NewServer(grpc.UnaryInterceptor(s.unary), grpc.StreamInterceptor(s.stream))
	containersapi.RegisterContainersServer(s.server, containers{s: s})
	namespacesapi.RegisterNamespacesServer(s.server, namespaces{s: s})
	tasksapi.RegisterTasksServer(s.server, tasks{s: s})
	go func() { _ = s.server.Serve(listener) }()
	t.Cleanup(s.server.Stop)
	return s
}

// Stop stops the server, and its socket is gone.
func (s *Server) Stop() { s.server.Stop() }

// SocketPath returns a path for a socket. It is short: the path of a unix
// socket has at most 107 bytes, and t.TempDir has the name of the test in it.
func SocketPath(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fake")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "c.sock")
}

// Hang makes a method, such as "/containerd.services.tasks.v1.Tasks/Get",
// never answer.
func (s *Server) Hang(method string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hang[method] = true
}

// Calls returns the methods that were called, in order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

func (s *Server) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := s.called(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	return handle(ctx, request)
}

func (s *Server) stream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if err := s.called(stream.Context(), info.FullMethod); err != nil {
		return err
	}
	return handle(server, stream)
}

func (s *Server) called(ctx context.Context, method string) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	hang := s.hang[method]
	s.mu.Unlock()
	if hang {
		return wait(ctx, time.Hour)
	}
	return nil
}

// wait waits for d, or until the caller has gone.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
