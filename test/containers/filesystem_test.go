package containers

import (
	"os"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

func TestReadOnlyRootfs(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) { s.Root.Readonly = true }})
		sameAsRuntime(t, bed, c)
		r := bed.Sidestep(t, "exec", c.ID, "touch", "/tmp/made")
		testbed.Equal(t, "touch", r.Stderr, "touch: /tmp/made: Read-only file system\n")
		testbed.Equal(t, "exit code", r.Code, 1)
	})
}

// TestChrootedInit: the init went into a chroot; a command is entered at the
// root of the mount namespace, where the runtime enters too.
func TestChrootedInit(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		rootfs := bed.Rootfs(t)
		testbed.WriteFile(t, rootfs+"/jail/marker", "", 0o644)
		testbed.WriteFile(t, rootfs+"/jail/bin/busybox", "", 0o755)
		if data, err := os.ReadFile(rootfs + "/bin/busybox"); err != nil || os.WriteFile(rootfs+"/jail/bin/busybox", data, 0o755) != nil {
			t.Fatal("copy busybox into the jail")
		}
		c := bed.Run(t, testbed.Container{
			Rootfs: rootfs, Spec: func(*specs.Spec) {},
			Args: []string{"/bin/sh", "-c", "exec chroot /jail /bin/busybox sleep 86400"},
		})
		testbed.Eventually(t, 10*time.Second, "the init is in its chroot", func() bool {
			_, err := os.Stat(c.Proc("root/marker"))
			return err == nil
		})
		diff(t, bed.Output(t, "exec", c.ID, "/bin/ls", "/"), c.Exec(t, "/bin/ls", "/"))
	})
}
