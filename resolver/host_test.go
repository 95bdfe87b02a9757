package resolver

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// host is a fake host: its files are below a directory of the test, its
// processes are real ones of the test's.
type host struct {
	t      *testing.T
	at     places
	server *fakecontainerd.Server
	config Config
}

// silentHost returns a host whose containerd does not answer any more.
func silentHost(t *testing.T) *host {
	t.Helper()
	h := newHost(t)
	h.server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	return h
}

func newHost(t *testing.T) *host {
	t.Helper()
	h := &host{t: t, at: emptyHost(t), server: fakecontainerd.Start(t)}
	h.config = config(t, h.server)
	h.config.ConnectTimeout, h.config.Timeout = 0, 0
	socket := filepath.Join(h.at.root, "run/containerd/containerd.sock")
	if err := os.MkdirAll(filepath.Dir(socket), 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(h.server.Address, socket); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *host) resolver() *Resolver {
	h.t.Helper()
	r := newResolver(h.t, h.config)
	r.places = h.at
	return r
}

func (h *host) write(path, content string) {
	h.t.Helper()
	path = filepath.Join(h.at.root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o711); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// bundle makes a bundle in containerd's usual place, with annotations given as
// "key=value".
func (h *host) bundle(namespace, id string, pid int, annotations ...string) string {
	h.t.Helper()
	var pairs []string
	for _, a := range annotations {
		key, value, _ := strings.Cut(a, "=")
		pairs = append(pairs, fmt.Sprintf("%q:%q", key, value))
	}
	dir := filepath.Join("run/containerd/io.containerd.runtime.v2.task", namespace, id)
	h.write(dir+"/config.json", `{"ociVersion":"1.1.0","process":{"cwd":"/"},"annotations":{`+strings.Join(pairs, ",")+`},`+strings.TrimPrefix(fitting, "{"))
	if pid != 0 {
		h.write(dir+"/init.pid", strconv.Itoa(pid))
	}
	return filepath.Join(h.at.root, dir)
}

// state makes runc's state of a container; a start of 0 is that of the process.
func (h *host) state(namespace, id string, pid int, start uint64) {
	h.t.Helper()
	if start == 0 {
		p, err := proc.Pin(pid)
		if err != nil {
			h.t.Fatal(err)
		}
		defer p.Close()
		start = p.StartTime()
	}
	h.write(filepath.Join("run/containerd/runc", namespace, id, "state.json"),
		fmt.Sprintf(`{"id":%q,"init_process_pid":%d,"init_process_start":%d,"created":"2026-03-01T12:00:00Z"}`, id, pid, start))
}

// shim makes the test itself, the parent of its processes, the shim of a bundle.
func (h *host) shim(bundle, namespace, id string) {
	h.t.Helper()
	dir := filepath.Join(h.at.proc, strconv.Itoa(os.Getpid()))
	if err := os.MkdirAll(filepath.Join(dir, "ns"), 0o700); err != nil {
		h.t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		h.t.Fatal(err)
	}
	files := map[string]string{
		"stat":    fmt.Sprintf("%d (containerd-shim) S 1 %s 77 0", os.Getpid(), strings.Repeat("0 ", 17)),
		"status":  string(status),
		"cmdline": strings.Join([]string{"shim", "-namespace", namespace, "-id", id, "-address", h.server.Address}, "\x00"),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
	links := map[string]string{"cwd": bundle}
	for _, kind := range []string{"pid", "mnt", "user"} {
		if links["ns/"+kind], err = os.Readlink("/proc/self/ns/" + kind); err != nil {
			h.t.Fatal(err)
		}
	}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			h.t.Fatal(err)
		}
	}
}
