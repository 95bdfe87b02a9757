package testbed

import (
	"context"
	"testing"
	"time"

	"github.com/containerd/containerd/api/services/tasks/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

// Created is a container whose init exists and has not executed the
// container's command yet.
type Created struct {
	ID    string
	tasks tasks.TasksClient
	ctx   context.Context // of the calls, with containerd's namespace
}

// Create makes a container and creates its task. ctr can only do that and
// start it in one.
func (b *Bed) Create(t testing.TB, c Container) *Created {
	t.Helper()
	c.complete(t, b)
	c.Ctr(t, "container", "create", "--config", c.writeSpec(t), c.ID)

	connection, err := grpc.NewClient("unix://"+b.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	created := &Created{
		ID: c.ID, tasks: tasks.NewTasksClient(connection),
		ctx: metadata.AppendToOutgoingContext(ctx, "containerd-namespace", c.Namespace),
	}
	if _, err := created.tasks.Create(created.ctx, &tasks.CreateTaskRequest{ContainerID: c.ID}); err != nil {
		t.Fatalf("create the task of %s: %v", c.ID, err)
	}
	return created
}

// Start lets the init execute the container's command.
func (c *Created) Start(t testing.TB) {
	t.Helper()
	if _, err := c.tasks.Start(c.ctx, &tasks.StartRequest{ContainerID: c.ID}); err != nil {
		t.Fatalf("start the task of %s: %v", c.ID, err)
	}
}
