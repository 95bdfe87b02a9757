package containerd

import (
	"context"
	"fmt"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/internal/wire"
)

// Record is what containerd has recorded of a container. It says nothing of
// whether the container runs.
type Record struct {
	Namespace  string
	ID         string
	Image      string
	Runtime    string
	Labels     map[string]string
	Created    time.Time
	Updated    time.Time
	SpecJSON   []byte            // the OCI spec, as Spec decodes it
	Extensions map[string][]byte // what clients added, in their own encoding
}

// Namespaces lists the daemon's namespaces.
func (c *Client) Namespaces(ctx context.Context) ([]string, error) {
	return c.AskNamespaces(ctx).Wait(ctx)
}

// AskNamespaces asks for what Namespaces returns.
func (c *Client) AskNamespaces(ctx context.Context) *Answer[[]string] {
	q := question{what: "its namespaces", method: "/containerd.services.namespaces.v1.Namespaces/List"}
	return askFor(ctx, c, q, readNamespaces)
}

// Get returns the record of the container with exactly this ID. The error
// wraps ErrNotFound when there is none.
func (c *Client) Get(ctx context.Context, namespace, id string) (Record, error) {
	return c.AskRecord(ctx, namespace, id).Wait(ctx)
}

// AskRecord asks for what Get returns.
func (c *Client) AskRecord(ctx context.Context, namespace, id string) *Answer[Record] {
	q := question{
		what: fmt.Sprintf("container %q", id), method: "/containerd.services.containers.v1.Containers/Get",
		namespace: namespace, request: wire.AppendString(nil, 1, id),
	}
	return askFor(ctx, c, q, func(message []byte) (Record, error) { return readRecord(namespace, message) })
}

// Each calls visit with the record of every container of a namespace that one
// of the filters matches; of every container when there is no filter. The
// records come one by one: together they may be longer than one answer may be.
func (c *Client) Each(ctx context.Context, namespace string, visit func(Record), filters ...Filter) error {
	q := question{
		what: fmt.Sprintf("the containers of namespace %q", namespace), method: "/containerd.services.containers.v1.Containers/ListStream",
		namespace: namespace,
	}
	for _, f := range filters {
		q.request = wire.AppendString(q.request, 1, string(f))
	}
	return c.askStream(ctx, q, func(message []byte) error {
		record, err := readRecord(namespace, message)
		if err == nil {
			visit(record)
		}
		return err
	})
}
