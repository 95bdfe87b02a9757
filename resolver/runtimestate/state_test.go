package runtimestate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// put writes a file below a root and returns its directory.
func put(t *testing.T, root, id, file, content string) string {
	t.Helper()
	dir := filepath.Join(root, id)
	if err := os.MkdirAll(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func testdata(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRead(t *testing.T) {
	root := t.TempDir()
	runc := put(t, root, "web", "state.json", testdata(t, "runc.json"))
	crun := put(t, root, "db", "status", testdata(t, "crun.json"))
	for _, want := range []State{
		{
			ID: "web", Dir: runc, PID: 15495, Start: 116230, Created: time.Date(2026, 11, 24, 16, 25, 48, 586390385, time.UTC),
			Bundle: "/run/containerd/io.containerd.runtime.v2.task/default/web",
		},
		{
			ID: "db", Dir: crun, PID: 139179, Start: 263473330, Created: time.Date(2021, 8, 29, 14, 34, 52, 293421, time.UTC),
			Bundle: "/var/lib/containers/storage/overlay-containers/busybox1/userdata",
		},
	} {
		got, err := Read(root, want.ID)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", want.ID, got, err)
		}
		if err := syscall.Mkfifo(filepath.Join(want.Dir, "exec.fifo"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(root, want.ID); err != nil || !got.Waiting {
			t.Errorf("%s before its start: %+v, %v", want.ID, got, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	root := t.TempDir()
	whole := testdata(t, "runc.json")
	put(t, root, "truncated", "state.json", whole[:len(whole)/2])
	put(t, root, "empty", "state.json", "")
	put(t, root, "other", "state.json", whole)
	put(t, root, "nobody", "state.json", `{"id":"nobody","init_process_pid":0}`)
	put(t, root, "negative", "status", `{"pid":-1}`)
	put(t, root, "great", "status", `{"pid":4194305}`)
	put(t, root, "huge", "state.json", strings.Repeat(" ", maxState+1))
	put(t, root, "open", "state.json", whole)
	if err := os.Chmod(filepath.Join(root, "open", "state.json"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "fifo"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(root, "fifo", "state.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"truncated": "unexpected end", "empty": "unexpected end", "other": `of container "web"`, "nobody": "PID 0", "negative": `"pid": `,
		"great": "PID 4194305", "huge": "longer than", "open": "others than root", "fifo": "not a regular file",
		"": "no name", "..": "no name", "a/b": "no name",
	} {
		if got, err := Read(root, id); err == nil || !strings.Contains(err.Error(), want) || got != (State{}) {
			t.Errorf("%q: %+v, %v, want %q", id, got, err, want)
		}
	}
	if _, err := Read(root, "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
}

func TestRoots(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"run/containerd/runc/default", "run/containerd/runc/k8s.io", "run/docker/runtime-runc/moby", "run/user/1000/crun/web"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range Roots(root) {
		got = append(got, strings.TrimPrefix(r.Dir, root)+"="+r.Namespace)
	}
	want := "/run/containerd/runc/default=default /run/containerd/runc/k8s.io=k8s.io /run/docker/runtime-runc/moby=moby " +
		"/run/runc= /run/crun= /run/youki= /run/user/1000/runc= /run/user/1000/crun= /run/user/1000/youki="
	if strings.Join(got, " ") != want {
		t.Errorf("Roots: %q", got)
	}
	if ids, err := List(filepath.Join(root, "run/user/1000/crun")); err != nil || strings.Join(ids, " ") != "web" {
		t.Errorf("List: %q, %v", ids, err)
	}
	if ids, err := List(filepath.Join(root, "none")); err != nil || len(ids) != 0 {
		t.Errorf("List of none: %q, %v", ids, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"runc.json", "crun.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (State, error){parseRunc, parseCrun} {
			s, err := parse(data)
			if err == nil && (s.PID < 1 || s.PID > maxPID || s.Bundle != "" && !filepath.IsAbs(s.Bundle)) {
				t.Errorf("%q: %+v", data, s)
			}
		}
	})
}
