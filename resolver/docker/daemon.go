package docker

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
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
	conn, err := new(net.Dialer).DialContext(ctx, "unix", path(socket))
	if err != nil {
		return nil, cause(ctx, err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	// Without a version in the path the daemon answers in its newest. To HTTP
	// 1.0 it answers without chunks, and closes the connection after it. That is
	// all of HTTP that is needed: net/http takes its time to initialise, in every
	// run of the program.
	if _, err := io.WriteString(conn, "GET /containers/json?all=1 HTTP/1.0\r\nHost: docker\r\n\r\n"); err != nil {
		return nil, cause(ctx, err)
	}
	answer := bufio.NewReader(conn)
	status, err := readHead(answer)
	if err != nil {
		return nil, cause(ctx, err)
	}
	if !strings.HasPrefix(status, "200 ") {
		return nil, fmt.Errorf("it answered %q", status)
	}
	body, err := io.ReadAll(io.LimitReader(answer, maxAnswer+1))
	if err != nil {
		return nil, cause(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, fmt.Errorf("its answer is longer than %d bytes", maxAnswer)
	}
	return parseList(body)
}

// maxHead bounds the lines before the body of the daemon's answer.
const maxHead = 100

// readHead reads an answer up to its body, and returns its status.
func readHead(r *bufio.Reader) (status string, err error) {
	for n := 0; n < maxHead; n++ {
		text, tooLong, err := r.ReadLine()
		if err != nil {
			return "", fmt.Errorf("read its answer: %w", err)
		}
		line := string(text)
		switch {
		case tooLong && n == 0:
			return "", fmt.Errorf("it answered %q…", line[:64])
		case n == 0:
			version, rest, _ := strings.Cut(line, " ")
			if !strings.HasPrefix(version, "HTTP/1.") {
				return "", fmt.Errorf("it answered %q", line)
			}
			status = rest
		case line == "":
			return status, nil
		}
	}
	return "", errors.New("its answer has no end of the header")
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
