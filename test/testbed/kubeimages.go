package testbed

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sidestep-dev/sidestep/hack/oci"
)

// Images of a cluster. No registry has them: .test is a domain for tests
// (RFC 6761).
const (
	Busybox    = "registry.test/busybox:1"    // the file system that Rootfs makes
	Distroless = "registry.test/distroless:1" // one program, without a shell and without root
	Sidestep   = "registry.test/sidestep:1"   // the binary under test, as it is released
	pause      = "registry.test/pause:1"      // what keeps a pod's namespaces
)

// ImportImages makes images and imports them into the node's containerd.
func (k *Kubernetes) ImportImages(t testing.TB, names ...string) {
	t.Helper()
	root := k.Rootfs(t)
	alone := oci.File{Name: "opt/busybox", Mode: 0o755, Data: readFile(t, filepath.Join(root, "bin", "busybox"))}
	sleep := []string{"/opt/busybox", "sleep", "86400"}
	for _, name := range names {
		image := oci.Image{Architecture: runtime.GOARCH}
		switch name {
		case Busybox:
			image.Files = files(t, root)
			image.Config = v1.ImageConfig{Env: []string{"PATH=" + Path}, Cmd: []string{"sh"}}
		case Distroless:
			image.Files = []oci.File{alone}
			image.Config = v1.ImageConfig{Env: []string{"PATH=" + Path}, User: "65532", Entrypoint: sleep}
		case Sidestep:
			image.Files = []oci.File{{Name: "sidestep", Mode: 0o755, Data: readFile(t, Binary(t))}}
			image.Config = v1.ImageConfig{Entrypoint: []string{"/sidestep"}}
		case pause:
			image.Files = []oci.File{alone}
			image.Config = v1.ImageConfig{Entrypoint: sleep}
		}
		archive := filepath.Join(k.Dir, "image.tar")
		out, err := os.Create(archive)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := oci.Write(out, name, time.Time{}, image); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		k.Ctr(t, "--namespace", "k8s.io", "images", "import", archive)
	}
}

// files returns the files of a directory tree.
func files(t testing.TB, root string) []oci.File {
	t.Helper()
	var all []oci.File
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		file := oci.File{Name: strings.TrimPrefix(path, root+"/"), Mode: info.Mode()}
		switch {
		case info.IsDir():
			file.Name += "/"
		case info.Mode()&fs.ModeSymlink != 0:
			file.Link, err = os.Readlink(path)
		default:
			file.Data, err = os.ReadFile(path)
		}
		all = append(all, file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
