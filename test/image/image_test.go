package image

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

// TestImage: containerd has the image by its tag and by its digest, for this
// machine's architecture, and runs it.
func TestImage(t *testing.T) {
	archive, name := build(t)
	tagged := name[:strings.Index(name, "@")] + ":v1.2.3"
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		bed.Ctr(t, "images", "import", archive)
		names := strings.Fields(bed.Ctr(t, "images", "list", "--quiet"))
		for _, want := range []string{tagged, name} {
			if len(names) != 2 || want != names[0] && want != names[1] {
				t.Errorf("the images are %q, without %s", names, want)
			}
		}
		cgroup := filepath.Join("/", strings.TrimPrefix(bed.Dir, os.TempDir()), "image")
		out := bed.Ctr(t, "run", "--rm", "--cgroup", cgroup, name, "image", "/sidestep", "version")
		if !strings.HasPrefix(out, "sidestep version v1.2.3,") {
			t.Errorf("it says %q", out)
		}
	})
}

// TestReproducible: a second build is the same, byte for byte.
func TestReproducible(t *testing.T) {
	first, firstName := build(t)
	second, secondName := build(t)
	testbed.Equal(t, "name", secondName, firstName)
	if !bytes.Equal(read(t, first), read(t, second)) {
		t.Error("the archives differ")
	}
}

// build runs hack/image for both architectures, in another directory than the
// module's, and returns the archive and the name that it prints.
func build(t *testing.T) (archive, name string) {
	t.Helper()
	script, err := filepath.Abs("../../hack/image")
	if err != nil {
		t.Fatal(err)
	}
	archive = filepath.Join(t.TempDir(), "image.tar")
	cmd := exec.Command(script, "-version", "v1.2.3", "-o", "image.tar")
	cmd.Dir = filepath.Dir(archive)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("hack/image: %v: %s", err, out)
	}
	return archive, strings.TrimSpace(string(out))
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
