package hostile

import (
	"os"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// serving runs a container that serves the directory itself and answers no
// question about it. Its root is not the host's, and no more is needed for that.
func (s stage) serving(t *testing.T, dir string) *testbed.Container {
	t.Helper()
	c := s.Run(t, testbed.Container{
		Rootfs: s.rootfs(t), Args: []string{attackerPath, "fuse", dir, "/questions"},
		Spec: func(spec *specs.Spec) {
			capable("CAP_SYS_ADMIN")(spec)
			major, minor := int64(10), int64(229)
			spec.Linux.Devices = []specs.LinuxDevice{{Path: "/dev/fuse", Type: "c", Major: major, Minor: minor}}
			spec.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{
				{Allow: true, Type: "c", Major: &major, Minor: &minor, Access: "rwm"},
			}}
		},
	})
	t.Cleanup(func() { data, _ := os.ReadFile(c.Path("attacker.log")); t.Logf("log: %s", data) })
	testbed.Eventually(t, 10*time.Second, "the container serves "+dir, func() bool {
		info, err := os.Stat(c.Path("questions"))
		return err == nil && info.Size() > 0
	})
	return c
}

func TestServedFiles(t *testing.T) {
	s := newStage(t)
	for name, test := range map[string]struct {
		dir  string
		args []string
	}{
		"passwd":   {"/etc", []string{"-u", "dev"}},
		"terminal": {"/dev", []string{"-t"}},
		"null":     {"/dev", []string{"-d"}},
		"cwd":      {"/tmp", []string{"-w", "/tmp/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.serving(t, test.dir)
			begun := time.Now()
			r := s.Sidestep(t, append(append([]string{"exec"}, test.args...), c.ID, "true")...)
			t.Logf("%v %+v", time.Since(begun), r)
		})
	}
}
