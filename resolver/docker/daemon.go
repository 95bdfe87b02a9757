package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// maxAnswer bounds the daemon's answer, in bytes: about 2 kB a container.
const maxAnswer = 64 << 20

// path returns the path of a socket that may be written as a URL.
func path(socket string) string { return strings.TrimPrefix(socket, "unix://") }

// ask asks the daemon for all its containers. It is the question that
// `docker ps --all` asks: the daemon answers it from a view of its own, and so
// even while one container is stuck. Naming one container in the question
// would wait for that container's lock.
func (s Source) ask(ctx context.Context, socket string) ([]Record, error) {
	if s.Deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.Deadline, fmt.Errorf("no answer in %s", s.Deadline))
		defer cancel()
	}
	// Without a version in the path the daemon answers in its newest.
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://docker/containers/json?all=1", nil)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path(socket))
		},
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %q", answer.Status)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return nil, cause(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("its answer is longer than %d bytes", maxAnswer)
	}
	return parseList(body)
}

// cause names the deadline that ended ctx, if it was one.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// parseList parses the daemon's answer to GET /containers/json.
func parseList(data []byte) ([]Record, error) {
	var list []struct {
		ID      string `json:"Id"`
		Names   []string
		Image   string
		Created int64 // seconds since 1970
		State   string
		Labels  map[string]string
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("parse its answer: %w", err)
	}
	records := make([]Record, 0, len(list))
	for _, c := range list {
		if !validID(c.ID) {
			return nil, errors.New("parse its answer: a container without an ID")
		}
		records = append(records, Record{
			ID: c.ID, Name: name(c.Names), Image: c.Image, Labels: c.Labels,
			State: c.State, Created: time.Unix(c.Created, 0).UTC(),
		})
	}
	return records, nil
}
