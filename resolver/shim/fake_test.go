package shim

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	taskv2 "github.com/containerd/containerd/api/runtime/task/v2"
	taskv3 "github.com/containerd/containerd/api/runtime/task/v3"
	tasktypes "github.com/containerd/containerd/api/types/task"
	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fakeShim is the task service of a shim, served by containerd's own ttrpc.
type fakeShim struct {
	tasks map[string]*taskv3.StateResponse
	block chan struct{}

	mu         sync.Mutex
	namespaces []string // that were named by the calls
}

func (s *fakeShim) named() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.namespaces, " ")
}

func (s *fakeShim) state(ctx context.Context, id string) (*taskv3.StateResponse, error) {
	if metadata, ok := ttrpc.GetMetadata(ctx); ok {
		if names, ok := metadata.Get(namespaceKey); ok {
			s.mu.Lock()
			s.namespaces = append(s.namespaces, names...)
			s.mu.Unlock()
		}
	}
	if s.block != nil {
		<-s.block
	}
	if task := s.tasks[id]; task != nil {
		return task, nil
	}
	return nil, status.Errorf(codes.NotFound, "container not created")
}

// v2 and v3 are the service of one version.
type (
	v2 struct {
		taskv2.TTRPCTaskService
		*fakeShim
	}
	v3 struct {
		taskv3.TTRPCTaskService
		*fakeShim
	}
)

func (s v2) State(ctx context.Context, r *taskv2.StateRequest) (*taskv2.StateResponse, error) {
	task, err := s.state(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	return &taskv2.StateResponse{ID: task.ID, Bundle: task.Bundle, Pid: task.Pid, Status: task.Status}, nil
}

func (s v3) State(ctx context.Context, r *taskv3.StateRequest) (*taskv3.StateResponse, error) {
	return s.state(ctx, r.ID)
}

// start serves the versions of the service on a socket, a path or "@NAME".
func (s *fakeShim) start(t *testing.T, socket string, versions ...int) {
	t.Helper()
	server, err := ttrpc.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		if version == 2 {
			taskv2.RegisterTTRPCTaskService(server, v2{fakeShim: s})
		} else {
			taskv3.RegisterTTRPCTaskService(server, v3{fakeShim: s})
		}
	}
	listener := listen(t, socket)
	go func() { _ = server.Serve(context.Background(), listener) }()
	t.Cleanup(func() { server.Close() })
}

func listen(t *testing.T, socket string) net.Listener {
	t.Helper()
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

// socketPath returns a short path: that of a unix socket has at most 107 bytes.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "shim")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

func webTask() map[string]*taskv3.StateResponse {
	return map[string]*taskv3.StateResponse{
		"web": {ID: "web", Bundle: "/run/b/web", Pid: 4121, Status: tasktypes.Status_RUNNING},
	}
}
