package doctor

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/resolver/health"
	"github.com/sidestep-dev/sidestep/resolver/internal/peercred"
	"github.com/sidestep-dev/sidestep/resolver/shim"
)

// connect connects to a unix socket and returns who listens there.
func connect(address string, deadline time.Duration) (listener int, a health.Answer) {
	conn, listener, a := dial(address, deadline)
	if conn != nil {
		conn.Close()
	}
	return listener, a
}

// dial connects to a unix socket, for as long as the deadline, and returns who
// listens there: the PID of the process that called listen(2), 0 when it is in
// another PID namespace. The kernel makes the connection: a process that is
// stopped has it too. Without one the connection is nil.
func dial(address string, deadline time.Duration) (conn net.Conn, listener int, a health.Answer) {
	a.From = address
	began := time.Now()
	conn, err := net.DialTimeout("unix", address, deadline)
	a.Took = time.Since(began)
	if err == nil {
		err = conn.SetDeadline(began.Add(deadline))
	}
	if err != nil {
		a.Reach, a.Says = reachOf(err), plainText(err)
		if misnamed := containerd.Misnamed(address, err); misnamed != nil {
			a.Reach, a.Says = health.NotSocket, misnamed.Error()
		}
		return nil, 0, a
	}
	a.Says = "takes connections"
	if daemon, err := peercred.Of(conn.(*net.UnixConn)); err == nil {
		listener = int(daemon.Pid)
	}
	return conn, listener, a
}

// reachOf says how far a question came that ended with an error of the
// connection.
func reachOf(err error) health.Reach {
	var timeout net.Error
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EINVAL):
		return health.NoSocket
	case errors.Is(err, syscall.ECONNREFUSED):
		return health.NoOne
	case errors.Is(err, fs.ErrPermission):
		return health.Forbidden
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return health.Silent
	}
	return health.Stranger
}

// plainText returns the reason of an error without the operation and the
// address, which the check names.
func plainText(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	if errors.Is(err, io.EOF) {
		return "it closes the connection"
	}
	return err.Error()
}

// ofDaemon makes an answer of what a client of containerd returned.
func ofDaemon(a health.Answer, err error) health.Answer {
	var failed *containerd.ConnectError
	switch {
	case errors.As(err, &failed):
		return missed(a, map[containerd.ConnectKind]health.Reach{
			containerd.NoSocket: health.NoSocket, containerd.NotSocket: health.NotSocket, containerd.NoListener: health.NoOne,
			containerd.PermissionDenied: health.Forbidden, containerd.NotContainerd: health.Stranger, containerd.NoAnswer: health.Silent,
			containerd.NotAsked: health.Stranger,
		}[failed.Kind], failed.Err, "it is not containerd")
	case errors.Is(err, context.DeadlineExceeded):
		a.Reach = health.Silent
		return a
	}
	return refused(a, err)
}

// ofShim makes an answer of what asking a shim returned.
func ofShim(a health.Answer, err error) health.Answer {
	var failed *shim.Error
	if errors.As(err, &failed) {
		return missed(a, map[shim.Kind]health.Reach{
			shim.NoSocket: health.NoSocket, shim.NoListener: health.NoOne, shim.PermissionDenied: health.Forbidden,
			shim.NotShim: health.Stranger, shim.NoAnswer: health.Silent,
		}[failed.Kind], failed.Err, "it is not a shim")
	}
	return refused(a, err)
}

// missed is the answer when nobody could be asked: why, or else what stands for
// it.
func missed(a health.Answer, reach health.Reach, why error, otherwise string) health.Answer {
	if a.Reach, a.Says = reach, otherwise; why != nil {
		a.Says = plainText(why)
	}
	return a
}

// refused is the answer when it was an error, if it was one.
func refused(a health.Answer, err error) health.Answer {
	if err != nil {
		a.Reach, a.Says = health.Stranger, err.Error()
	}
	return a
}

// ping asks a Docker daemon whether it is there (Docker Engine API: /_ping).
func ping(address string, deadline time.Duration) (listener int, a health.Answer) {
	began := time.Now()
	conn, listener, a := dial(address, deadline)
	if conn == nil {
		return listener, a
	}
	defer conn.Close()
	answer, err := exchange(conn, "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
	a.Took = time.Since(began)
	switch {
	case err != nil:
		a.Reach, a.Says = reachOf(err), plainText(err)
	case !strings.HasPrefix(answer, "HTTP/1.") || !strings.Contains(answer, " 200 "):
		a.Reach, a.Says = health.Stranger, answer
	default:
		a.Says = "answers"
	}
	return listener, a
}

// exchange sends a question and returns the first line of what comes back.
func exchange(conn net.Conn, question string) (string, error) {
	if _, err := io.WriteString(conn, question); err != nil {
		return "", err
	}
	answer := make([]byte, 256)
	n, err := conn.Read(answer)
	line, _, _ := strings.Cut(string(answer[:n]), "\r\n")
	if n > 0 {
		err = nil
	}
	return line, err
}
