package docker_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/resolver/docker"
)

var (
	webID = strings.Repeat("ab", 32)
	dbID  = strings.Repeat("cd", 32)
)

// daemon serves Docker's API on a new unix socket.
func daemon(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fake")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "d.sock"))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handle}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	return filepath.Join(dir, "d.sock")
}

// dataRoot makes a data root with one container.
func dataRoot(t *testing.T, id, config string) string {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "containers", id)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.v2.json"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}

func config(id string) string {
	return fmt.Sprintf(`{"ID":%q,"Name":"/db","Created":"2026-03-01T12:00:00.5Z",
		"State":{"Running":true,"Paused":false,"StartedAt":"2026-03-01T12:00:01Z"},
		"Config":{"Image":"postgres","Labels":{"com.docker.compose.service":"db"}}}`, id)
}

func TestDaemonIsAskedFirst(t *testing.T) {
	socket := daemon(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/containers/json" || r.URL.Query().Get("all") != "1" {
			http.Error(w, "no", http.StatusNotFound)
			return
		}
		fmt.Fprintf(w, `[{"Id":%q,"Names":["/other/alias","/web"],"Image":"httpd","Created":1772366400,"State":"exited","Labels":{"a":"b"}}]`, webID)
	})
	source := docker.Source{Sockets: []string{"unix://" + socket}, DataRoots: []string{dataRoot(t, dbID, config(dbID))}}
	records, from, err := source.Records(t.Context())
	if err != nil || len(records) != 1 || from != "docker at "+socket {
		t.Fatalf("Records: %+v from %q, %v", records, from, err)
	}
	r := records[0]
	if r.ID != webID || r.Name != "web" || r.Image != "httpd" || r.State != "exited" || r.Labels["a"] != "b" ||
		!r.Created.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Fatalf("Records: %+v", r)
	}
}

func TestFilesWhenTheDaemonDoesNotAnswer(t *testing.T) {
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	hung := daemon(t, func(http.ResponseWriter, *http.Request) { <-release })
	broken := daemon(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "broken", http.StatusInternalServerError) })
	root := dataRoot(t, dbID, config(dbID))
	source := docker.Source{
		Sockets:   []string{filepath.Join(root, "none"), hung, broken},
		DataRoots: []string{filepath.Join(root, "none"), root},
		Deadline:  50 * time.Millisecond,
	}
	records, from, err := source.Records(t.Context())
	if err != nil || len(records) != 1 || from != "docker's files in "+root {
		t.Fatalf("Records: %+v from %q, %v", records, from, err)
	}
	if r := records[0]; r.ID != dbID || r.Name != "db" || r.Image != "postgres" || r.State != "running" || !r.Named("db") {
		t.Fatalf("Records: %+v", r)
	}

	source.DataRoots = nil
	_, _, err = source.Records(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no answer in 50ms") || !strings.Contains(err.Error(), "500 Internal") {
		t.Fatalf("without files: %v", err)
	}
}

func TestNoDocker(t *testing.T) {
	root := t.TempDir()
	source := docker.Source{Sockets: docker.Sockets(root), DataRoots: docker.DataRoots(root)}
	if _, _, err := source.Records(t.Context()); !errors.Is(err, docker.ErrAbsent) {
		t.Fatalf("Records: %v", err)
	}
}

func TestUnreadableRecordsAreLeftOut(t *testing.T) {
	root := dataRoot(t, dbID, config(dbID))
	other := strings.Repeat("ef", 32)
	for id, content := range map[string]string{
		webID:                    "{",          // being written
		other:                    config(dbID), // says it is another
		"not-an-id":              config(dbID),
		strings.Repeat("09", 32): strings.Repeat(" ", 5<<20), // too long
	} {
		dir := filepath.Join(root, "containers", id)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "config.v2.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	records, _, err := docker.Source{DataRoots: []string{root}}.Records(t.Context())
	if err != nil || len(records) != 1 || records[0].ID != dbID {
		t.Fatalf("Records: %+v, %v", records, err)
	}
}

func TestDataRoots(t *testing.T) {
	root := t.TempDir()
	etc := filepath.Join(root, "etc/docker")
	if err := os.MkdirAll(etc, 0o700); err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]string{
		`{"data-root":"/data/docker"}`: "/data/docker",
		`{"graph":"/old/"}`:            "/old",
		`{"data-root":"relative"}`:     "/var/lib/docker",
		`{`:                            "/var/lib/docker",
	} {
		if err := os.WriteFile(filepath.Join(etc, "daemon.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := docker.DataRoots(root)[0]; got != filepath.Join(root, want) {
			t.Errorf("%s: %q, want %q below the root", content, got, want)
		}
	}
}
