package hostile

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// attackerPath is where each container has the program of package attacker.
const attackerPath = "/attacker"

// stage is a containerd for hostile containers.
type stage struct {
	*testbed.Bed
	attacker string // the program, on the host
}

func newStage(t *testing.T) stage {
	t.Helper()
	s := stage{Bed: testbed.Start(t, testbed.V2())}
	s.attacker = filepath.Join(s.Dir, "attacker")
	build := exec.Command("go", "build", "-trimpath", "-o", s.attacker, "./attacker")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the attacker: %v\n%s", err, out)
	}
	return s
}

// rootfs makes a root filesystem with the attacker.
func (s stage) rootfs(t *testing.T) string {
	t.Helper()
	dir := s.Rootfs(t)
	data, err := os.ReadFile(s.attacker)
	if err != nil {
		t.Fatal(err)
	}
	testbed.WriteFile(t, filepath.Join(dir, attackerPath), string(data), 0o755)
	return dir
}

// capable adds capabilities to a spec.
func capable(names ...string) func(*specs.Spec) {
	return func(s *specs.Spec) {
		caps := s.Process.Capabilities
		for _, set := range []*[]string{&caps.Bounding, &caps.Permitted, &caps.Effective} {
			*set = append(*set, names...)
		}
	}
}

// shift is the host's number of the user and group 0 of a container with a
// user namespace of its own.
const shift = 100000

// ownUsers gives the container a user namespace of its own, in which it has
// every capability: a root that is not the host's.
func ownUsers(t *testing.T, rootfs string) func(*specs.Spec) {
	t.Helper()
	err := filepath.WalkDir(rootfs, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, shift, shift)
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(s *specs.Spec) {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.UserNamespace})
		mapping := []specs.LinuxIDMapping{{ContainerID: 0, HostID: shift, Size: 65536}}
		s.Linux.UIDMappings, s.Linux.GIDMappings = mapping, mapping
		capable("CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH", "CAP_NET_ADMIN")(s)
	}
}
