package bundle

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

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestInitPID(t *testing.T) {
	state := t.TempDir()
	for content, want := range map[string]int{
		"4121": 4121, "4121\n": 4121, "4194304": 4 << 20,
		"": 0, "\n": 0, "0": 0, "-1": 0, "4194305": 0, "12 13": 0, "12\x00": 0, "0x10": 0, strings.Repeat("1", maxSmall+1): 0,
	} {
		b := put(t, state, "default", "web", "init.pid "+content)
		if got, err := b.InitPID(); got != want || (err == nil) != (want != 0) {
			t.Errorf("%.20q: %d, %v", content, got, err)
		}
	}
	b := put(t, state, "default", "fifo")
	if _, err := b.InitPID(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if err := syscall.Mkfifo(filepath.Join(b.Dir, "init.pid"), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, err := b.InitPID(); err == nil || time.Since(begin) > time.Second {
		t.Errorf("a FIFO: %v after %s", err, time.Since(begin))
	}
}

func TestConfig(t *testing.T) {
	state := t.TempDir()
	whole := string(testdata(t, "cri.json"))
	b := put(t, state, "k8s.io", "0b3c", "config.json "+whole)
	got, err := b.Config()
	if err != nil || string(got.JSON) != whole || got.CgroupsPath != "kubepods-pod7ee76d9c.slice:cri-containerd:0b3c" ||
		got.Annotations["io.kubernetes.cri.sandbox-name"] != "cart-0" || time.Since(got.Written) > time.Hour {
		t.Errorf("Config: %+v, %v", got, err)
	}
	for name, content := range map[string]string{
		"truncated": whole[:len(whole)-20], "empty": "", "no spec": "{}", "a list": "[]",
		"huge": strings.Repeat(" ", maxConfig+1),
	} {
		b := put(t, state, "k8s.io", "bad", "config.json "+content)
		if got, err := b.Config(); err == nil || len(got.JSON) != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestOptions(t *testing.T) {
	state := t.TempDir()
	for content, want := range map[string]string{
		`{"binary_name":"runc","root":"/var/run/docker/runtime-runc"}`: "/var/run/docker/runtime-runc",
		"{}": "", `{"root":"relative"}`: "", "": "error", `{"root":1}`: "error",
	} {
		b := put(t, state, "moby", "web", "options.json "+content)
		got, err := b.Options()
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s: %q, %v", content, got, err)
		}
	}
	if got, err := put(t, state, "moby", "none").Options(); got != "" || err != nil {
		t.Errorf("none: %q, %v", got, err)
	}
}

func TestLabels(t *testing.T) {
	tests := []struct{ file, pod, kind, image string }{
		{"cri.json", "shop/cart-0/app 7ee76d9c", "container", "registry.example/app:1"},
		{"crio.json", "shop/cart-1/app 7ee76d9d", "container", "registry.example/app:2"},
	}
	for _, test := range tests {
		config, err := parseConfig(testdata(t, test.file))
		if err != nil {
			t.Fatal(err)
		}
		l := Labels(config.Annotations)
		pod := l[labelPodNamespace] + "/" + l[labelPodName] + "/" + l[labelContainer] + " " + l[labelPodUID]
		if pod != test.pod || l[labelKind] != test.kind || Image(config.Annotations) != test.image {
			t.Errorf("%s: %q, %q", test.file, pod, l[labelKind])
		}
	}
	l := Labels(map[string]string{"nerdctl/name": "front", crioLabels: "not JSON"})
	if l["nerdctl/name"] != "front" || l[labelPodName] != "" {
		t.Errorf("nerdctl's: %v", l)
	}
}

func TestStorage(t *testing.T) {
	file, ok := StorageOf("/s/overlay-containers/edfa13/userdata")
	if !ok || file != "/s/overlay-containers/containers.json" {
		t.Errorf("StorageOf: %q, %t", file, ok)
	}
	if _, ok := StorageOf("/run/containerd/io.containerd.runtime.v2.task/default/web"); ok {
		t.Error("StorageOf a bundle of containerd's")
	}
	dir := t.TempDir()
	file = filepath.Join(dir, "containers.json")
	if err := os.WriteFile(file, testdata(t, "containers.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := ReadStorage(file)
	if err != nil || len(got) != 2 || got["edfa13"].Name != "web" || got["edfa13"].Image != "localhost/busybox:latest" ||
		got["edfa13"].Created.Year() != 2026 || got["35fcac"] != (Stored{}) {
		t.Errorf("ReadStorage: %+v, %v", got, err)
	}
	if err := os.WriteFile(file, []byte("[{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadStorage(file); err == nil || got != nil {
		t.Errorf("truncated: %+v, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"cri.json", "crio.json", "containers.json"} {
		f.Add(testdata(f, name))
	}
	f.Add([]byte("4121"))
	f.Add([]byte(`{"root":"/run/docker/runtime-runc"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if pid, err := parsePID(data); (err == nil) != (pid >= 1 && pid <= maxPID) {
			t.Errorf("parsePID(%q): %d, %v", data, pid, err)
		}
		if root, err := parseOptions(data); err == nil && root != "" && !filepath.IsAbs(root) {
			t.Errorf("parseOptions(%q): %q", data, root)
		}
		if config, err := parseConfig(data); err == nil {
			Labels(config.Annotations)
			Image(config.Annotations)
		}
		_, _ = parseStorage(data)
	})
}
