package resolver

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	"github.com/containerd/containerd/api/types/task"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// The specs of the containers in these tests, whose processes are the test's
// own: one in the PID namespace of the test, which it therefore fits, and one
// that must have a PID namespace of its own.
const (
	fitting    = `{"linux":{"namespaces":[{"type":"pid","path":"/proc/self/ns/pid"}]}}`
	notFitting = `{"linux":{"namespaces":[{"type":"pid"}]}}`
)

// made is when the containers of these tests were made, unless they say more.
var made = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// record returns a container's record with labels given as "key=value".
func record(id string, labels ...string) *containersapi.Container {
	c := &containersapi.Container{
		ID: id, Image: "image", Labels: map[string]string{},
		Runtime:   &containersapi.Container_Runtime{Name: "io.containerd.runc.v2"},
		Spec:      &anypb.Any{Value: []byte(fitting)},
		CreatedAt: timestamppb.New(made),
	}
	for _, label := range labels {
		key, value, _ := strings.Cut(label, "=")
		c.Labels[key] = value
	}
	return c
}

// inPodLabels returns the labels that CRI gives to a container of a pod.
func inPodLabels(pod, uid, container string) []string {
	labels := []string{labelPodName + "=" + pod, labelPodNamespace + "=shop", labelPodUID + "=" + uid}
	if container == "" {
		return append(labels, labelKind+"=sandbox")
	}
	return append(labels, labelKind+"=container", labelPodContainer+"="+container)
}

// running is the task of a container that runs as the test itself.
func running() fakecontainerd.Task {
	return fakecontainerd.Task{PID: uint32(os.Getpid()), Status: task.Status_RUNNING}
}

// config returns a Config that asks these daemons and no Docker.
func config(t *testing.T, servers ...*fakecontainerd.Server) Config {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	c := Config{
		DockerSockets: []string{none}, DockerDataRoots: []string{none},
		ConnectTimeout: 500 * time.Millisecond, Timeout: 500 * time.Millisecond,
	}
	for _, s := range servers {
		c.Addresses = append(c.Addresses, s.Address)
	}
	return c
}

func newResolver(t *testing.T, c Config) *Resolver {
	t.Helper()
	r := New(c)
	r.places = emptyHost(t)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return r
}

// emptyHost returns a host on which no container has left anything. Its
// processes are only the caller.
func emptyHost(t *testing.T) places {
	t.Helper()
	at := places{root: t.TempDir(), proc: t.TempDir()}
	if err := os.Symlink("/proc/self", filepath.Join(at.proc, "self")); err != nil {
		t.Fatal(err)
	}
	return at
}

func mustParse(t *testing.T, text string) Reference {
	t.Helper()
	ref, err := ParseReference(text)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// target resolves a reference and closes the target.
func target(t *testing.T, r *Resolver, text string) (*Target, error) {
	t.Helper()
	got, err := r.Target(t.Context(), mustParse(t, text))
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { got.Close() })
	return got, nil
}

// sleeper starts a process, which ends with the test at the latest, and
// returns its PID and what ends it.
func sleeper(t *testing.T) (pid int, end func()) {
	t.Helper()
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	t.Cleanup(end)
	return cmd.Process.Pid, end
}

// dockerRoot makes a data root of Docker with containers given as "ID NAME STATE".
func dockerRoot(t *testing.T, containers ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, c := range containers {
		fields := strings.Fields(c)
		dir := filepath.Join(root, "containers", fields[0])
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		started := "2026-03-01T12:00:01Z"
		if fields[2] == "created" {
			started = "0001-01-01T00:00:00Z"
		}
		config := `{"ID":"` + fields[0] + `","Name":"/` + fields[1] + `","Created":"2026-03-01T12:00:00Z",
			"State":{"Running":` + strconv.FormatBool(fields[2] == "running") + `,"StartedAt":"` + started + `"},
			"Config":{"Image":"httpd","Labels":{"com.docker.compose.service":"svc-` + fields[1] + `"}}}`
		if err := os.WriteFile(filepath.Join(dir, "config.v2.json"), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
