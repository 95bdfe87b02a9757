package containers

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// shift is the host's number of the user and group 0 of a container with a
// user namespace of its own.
const shift = 100000

func ownUserNamespace(s *specs.Spec) {
	s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
	mapping := []specs.LinuxIDMapping{{ContainerID: 0, HostID: shift, Size: 65536}}
	s.Linux.UIDMappings, s.Linux.GIDMappings = mapping, mapping
}

// shiftedRootfs returns a root filesystem that belongs to the user namespace.
func shiftedRootfs(t *testing.T, bed *testbed.Bed) string {
	t.Helper()
	dir := bed.Rootfs(t)
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, shift, shift)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestUserNamespace(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Rootfs: shiftedRootfs(t, bed), Spec: ownUserNamespace})
		sameAsRuntime(t, bed, c)

		testbed.Equal(t, "id", bed.Output(t, "exec", c.ID, "id"), "uid=0(root) gid=0(root)")
		bed.Output(t, "exec", c.ID, "touch", "/tmp/by-root")
		expectOwner(t, c.Path("tmp/by-root"), shift)
		bed.Output(t, "exec", "-u", "dev", c.ID, "touch", "/tmp/by-dev")
		expectOwner(t, c.Path("tmp/by-dev"), shift+1000)

		r := bed.Sidestep(t, "exec", "-u", "70000", c.ID, "id")
		testbed.ExpectFailure(t, r, 125, "70000", "")
	})
}

// TestUserNamespaceWithoutRoot: the user namespace maps one user, who is not
// root in it.
func TestUserNamespaceWithoutRoot(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Rootfs: shiftedRootfs(t, bed), Spec: func(s *specs.Spec) {
			ownUserNamespace(s)
			s.Process.User = specs.User{UID: 1000, GID: 1000}
			s.Process.Capabilities = &specs.LinuxCapabilities{}
		}})
		sameAsRuntime(t, bed, c)
		if id := bed.Output(t, "exec", c.ID, "id"); !strings.HasPrefix(id, "uid=1000(dev) gid=1000(dev)") {
			t.Errorf("id: %s", id)
		}
	})
}
