package kubectl

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/streaming/pkg/httpstream"
)

// link is a pair of streams to a sidestep on a node.
type link struct {
	in     io.Reader
	out    io.WriteCloser
	close  func() // once or more
	stderr *tail
}

// attach attaches to a helper pod. It needs neither the exec of the container
// runtime nor a port: the kubelet copies the streams that the container was
// started with.
func (c *cluster) attach(ctx context.Context, namespace, name string) (*link, error) {
	ctx, cancel := context.WithCancel(ctx)
	url := c.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(name).SubResource("attach").
		VersionedParams(&corev1.PodAttachOptions{
			Container: helperName, Stdin: true, Stdout: true, Stderr: true,
		}, scheme.ParameterCodec).URL()
	socket, err := remotecommand.NewWebSocketExecutor(c.config, "GET", url.String())
	if err != nil {
		cancel()
		return nil, fmt.Errorf("attach to the helper pod: %w", err)
	}
	spdy, err := remotecommand.NewSPDYExecutor(c.config, "POST", url)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("attach to the helper pod: %w", err)
	}
	executor, err := remotecommand.NewFallbackExecutor(socket, spdy, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("attach to the helper pod: %w", err)
	}
	theirIn, out := io.Pipe()
	in, theirOut := io.Pipe()
	l := &link{in: in, out: out, stderr: &tail{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: theirIn, Stdout: theirOut, Stderr: l.stderr})
		if err != nil {
			err = fmt.Errorf("attach to the helper pod %s/%s: %w", namespace, name, err)
		}
		theirOut.CloseWithError(err) // io.EOF for nil
		if err == nil {
			err = io.ErrClosedPipe
		}
		theirIn.CloseWithError(err) // whoever writes is told why nobody reads
	}()
	l.close = sync.OnceFunc(func() {
		out.Close()
		in.Close()
		cancel()
		select {
		case <-done:
		case <-time.After(leaveDeadline): // an upgrade that is not answered cannot be cancelled
		}
	})
	return l, nil
}

// maxTail is how many bytes of the end of a stderr are kept.
const maxTail = 4 << 10

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	data []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.data = append(t.data, p...)
	if drop := len(t.data) - maxTail; drop > 0 {
		t.data = bytes.Clone(t.data[drop:])
	}
	return len(p), nil
}

// lines returns the last lines.
func (t *tail) lines() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.data))
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-4):]
}
