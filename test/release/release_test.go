package release

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

const version = "v1.2.3"

// TestRelease builds a release twice: here, and in a copy of the sources
// elsewhere that is no repository.
func TestRelease(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := build(t, root)
	t.Run("Reproducible", func(t *testing.T) {
		seconds, err := exec.Command("git", "-c", "safe.directory=*", "-C", root, "log", "-1", "--format=%ct").Output()
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("SOURCE_DATE_EPOCH", strings.TrimSpace(string(seconds)))
		same(t, dir, build(t, copyOf(t, root)))
	})
	t.Run("Checksums", func(t *testing.T) {
		check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS")
		check.Dir = dir
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("sha256sum: %v: %s", err, out)
		}
	})
	t.Run("Krew", func(t *testing.T) { validate(t, dir) })
	t.Run("Parts", func(t *testing.T) { fit(t, dir) })
}

// build runs hack/release and returns the directory of what it built.
func build(t *testing.T, root string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	cmd := exec.Command(filepath.Join(root, "hack", "release"), "-o", dir, version)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("hack/release: %v: %s", err, out)
	}
	return dir
}

// copyOf copies the sources without the repository.
func copyOf(t *testing.T, root string) string {
	t.Helper()
	copied := t.TempDir()
	pipe := fmt.Sprintf("tar -C %q --exclude=./.git --exclude=./dist --exclude=./bin -c . | tar -C %q -x", root, copied)
	if out, err := exec.Command("sh", "-c", pipe).CombinedOutput(); err != nil {
		t.Fatalf("copy the sources: %v: %s", err, out)
	}
	return copied
}

// same checks that two directories have the same files.
func same(t *testing.T, first, second string) {
	t.Helper()
	names := list(t, first)
	testbed.Equal(t, "files", strings.Join(list(t, second), " "), strings.Join(names, " "))
	for _, name := range names {
		if !bytes.Equal(read(t, filepath.Join(first, name)), read(t, filepath.Join(second, name))) {
			t.Errorf("%s differs", name)
		}
	}
}

// fit checks that the programs say their version, and that the plugin names
// the image that was built with it.
func fit(t *testing.T, dir string) {
	t.Helper()
	names := list(t, dir)
	want := 1 + 2*2 + 6*2 + 2 // the image; archives with their bills of materials; krew.yaml and SHA256SUMS
	if len(names) != want {
		t.Errorf("%d files, want %d: %q", len(names), want, names)
	}
	platform := "_" + version + "_linux_" + runtime.GOARCH
	unpacked := t.TempDir()
	for program, files := range map[string]string{
		"sidestep":         "LICENSE README.md sidestep",
		"kubectl-sidestep": "LICENSE README.md kubectl-sidestep kubectl_complete-sidestep",
	} {
		to := filepath.Join(unpacked, program)
		if err := os.Mkdir(to, 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("tar", "-C", to, "-xzf", filepath.Join(dir, program+platform+".tar.gz")).CombinedOutput(); err != nil {
			t.Fatalf("tar: %v: %s", err, out)
		}
		testbed.Equal(t, "files of "+program, strings.Join(list(t, to), " "), files)
		out, err := exec.Command(filepath.Join(to, program), "version").CombinedOutput()
		if err != nil || !strings.Contains(string(out), version) {
			t.Errorf("%s version: %v: %s", program, err, out)
		}
	}
	image := read(t, filepath.Join(dir, "sidestep-image_"+version+".tar"))
	plugin := read(t, filepath.Join(unpacked, "kubectl-sidestep", "kubectl-sidestep"))
	at := bytes.Index(image, []byte("ghcr.io/sidestep-dev/sidestep@sha256:"))
	if at < 0 {
		t.Fatal("the image archive has no name by digest")
	}
	name := image[at : at+bytes.IndexByte(image[at:], '"')]
	if !bytes.Contains(plugin, name) {
		t.Errorf("the plugin does not name the image %s", name)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
