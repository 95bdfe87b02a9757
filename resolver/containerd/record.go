package containerd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	namespacesapi "github.com/containerd/containerd/api/services/namespaces/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
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

// Spec decodes the container's OCI spec.
func (r *Record) Spec() (*specs.Spec, error) {
	spec := new(specs.Spec)
	if err := json.Unmarshal(r.SpecJSON, spec); err != nil {
		return nil, fmt.Errorf("read the spec of container %q: %w", r.ID, err)
	}
	return spec, nil
}

// Namespaces lists the daemon's namespaces.
func (c *Client) Namespaces(ctx context.Context) ([]string, error) {
	var names []string
	err := c.ask(ctx, "", "its namespaces", func(ctx context.Context) error {
		answer, err := namespacesapi.NewNamespacesClient(c.conn).List(ctx, &namespacesapi.ListNamespacesRequest{})
		for _, n := range answer.GetNamespaces() {
			names = append(names, n.GetName())
		}
		return err
	})
	return names, err
}

// Get returns the record of the container with exactly this ID. The error
// wraps ErrNotFound when there is none.
func (c *Client) Get(ctx context.Context, namespace, id string) (Record, error) {
	var record Record
	err := c.ask(ctx, namespace, fmt.Sprintf("container %q", id), func(ctx context.Context) error {
		answer, err := containersapi.NewContainersClient(c.conn).Get(ctx, &containersapi.GetContainerRequest{ID: id})
		if err == nil {
			record = newRecord(namespace, answer.GetContainer())
		}
		return err
	})
	return record, err
}

// Each calls visit with the record of every container of a namespace that one
// of the filters matches; of every container when there is no filter. The
// records come one by one: together they may be longer than one answer may be.
func (c *Client) Each(ctx context.Context, namespace string, visit func(Record), filters ...Filter) error {
	request := new(containersapi.ListContainersRequest)
	for _, f := range filters {
		request.Filters = append(request.Filters, string(f))
	}
	return c.ask(ctx, namespace, fmt.Sprintf("the containers of namespace %q", namespace), func(ctx context.Context) error {
		stream, err := containersapi.NewContainersClient(c.conn).ListStream(ctx, request)
		if err != nil {
			return err
		}
		for {
			message, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			visit(newRecord(namespace, message.GetContainer()))
		}
	})
}

func newRecord(namespace string, c *containersapi.Container) Record {
	record := Record{
		Namespace: namespace,
		ID:        c.GetID(),
		Image:     c.GetImage(),
		Runtime:   c.GetRuntime().GetName(),
		Labels:    c.GetLabels(),
		SpecJSON:  c.GetSpec().GetValue(),
	}
	if t := c.GetCreatedAt(); t != nil {
		record.Created = t.AsTime()
	}
	if t := c.GetUpdatedAt(); t != nil {
		record.Updated = t.AsTime()
	}
	if len(c.GetExtensions()) > 0 {
		record.Extensions = make(map[string][]byte, len(c.GetExtensions()))
		for key, value := range c.GetExtensions() {
			record.Extensions[key] = value.GetValue()
		}
	}
	return record
}
