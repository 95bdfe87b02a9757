package fakecontainerd

import (
	"context"
	"slices"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	namespacesapi "github.com/containerd/containerd/api/services/namespaces/v1"
	tasksapi "github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Task is how the server answers for one container's task.
type Task struct {
	PID    uint32
	Status task.Status
	After  time.Duration // how long the shim takes
	Err    error
	Do     func() // what happens when it is asked
	Then   *Task  // the answer from the second question on
}

// AddNamespace adds a namespace, if it is not there.
func (s *Server) AddNamespace(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.namespaces, name) {
		s.namespaces = append(s.namespaces, name)
	}
}

// Add records a container in a namespace.
func (s *Server) Add(namespace string, c *containersapi.Container) {
	s.AddNamespace(namespace)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.containers[namespace] = append(s.containers[namespace], c)
}

// AddID adds a container of which only the ID matters.
func (s *Server) AddID(namespace, id string) { s.Add(namespace, &containersapi.Container{ID: id}) }

// Remove forgets a container's record.
func (s *Server) Remove(namespace, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.containers[namespace] = slices.DeleteFunc(s.containers[namespace], func(c *containersapi.Container) bool { return c.ID == id })
}

// SetTask gives a container a task.
func (s *Server) SetTask(namespace, id string, t Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks[namespace+"/"+id] = t
}

// namespace returns the namespace that a call names, which every service but
// that of namespaces requires.
func namespace(ctx context.Context) (string, error) {
	header, _ := metadata.FromIncomingContext(ctx)
	if names := header.Get("containerd-namespace"); len(names) == 1 && names[0] != "" {
		return names[0], nil
	}
	return "", status.Error(codes.FailedPrecondition, "namespace is required")
}

func (s *Server) records(ctx context.Context) ([]*containersapi.Container, error) {
	name, err := namespace(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.containers[name]), nil
}

type namespaces struct {
	namespacesapi.UnimplementedNamespacesServer
	s *Server
}

func (n namespaces) List(context.Context, *namespacesapi.ListNamespacesRequest) (*namespacesapi.ListNamespacesResponse, error) {
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	answer := new(namespacesapi.ListNamespacesResponse)
	for _, name := range n.s.namespaces {
		answer.Namespaces = append(answer.Namespaces, &namespacesapi.Namespace{Name: name})
	}
	return answer, nil
}

type containers struct {
	containersapi.UnimplementedContainersServer
	s *Server
}

func (c containers) Get(ctx context.Context, r *containersapi.GetContainerRequest) (*containersapi.GetContainerResponse, error) {
	records, err := c.s.records(ctx)
	if err != nil {
		return nil, err
	}
	for _, record := range records {
		if record.ID == r.ID {
			return &containersapi.GetContainerResponse{Container: record}, nil
		}
	}
	return nil, status.Errorf(codes.NotFound, "container %q: not found", r.ID)
}

func (c containers) ListStream(r *containersapi.ListContainersRequest, stream containersapi.Containers_ListStreamServer) error {
	records, err := c.s.records(stream.Context())
	if err != nil {
		return err
	}
	for _, record := range records {
		ok, err := MatchAny(r.Filters, record)
		if err != nil {
			return status.Error(codes.InvalidArgument, err.Error())
		}
		if !ok {
			continue
		}
		if err := stream.Send(&containersapi.ListContainerMessage{Container: record}); err != nil {
			return err
		}
	}
	return nil
}

type tasks struct {
	tasksapi.UnimplementedTasksServer
	s *Server
}

func (t tasks) Get(ctx context.Context, r *tasksapi.GetRequest) (*tasksapi.GetResponse, error) {
	name, err := namespace(ctx)
	if err != nil {
		return nil, err
	}
	answer, ok := t.s.nextTask(name + "/" + r.ContainerID)
	if !ok {
		return nil, status.Errorf(codes.NotFound, "no running task found: task %s not found", r.ContainerID)
	}
	if answer.Do != nil {
		answer.Do()
	}
	if err := wait(ctx, answer.After); err != nil {
		return nil, err
	}
	if answer.Err != nil {
		return nil, answer.Err
	}
	return &tasksapi.GetResponse{Process: &task.Process{ID: r.ContainerID, Pid: answer.PID, Status: answer.Status}}, nil
}

// nextTask returns the answer for a task, and moves on to the one after it.
func (s *Server) nextTask(key string) (Task, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, ok := s.tasks[key]
	if ok && answer.Then != nil {
		s.tasks[key] = *answer.Then
	}
	return answer, ok
}
