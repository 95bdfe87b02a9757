package hostile

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// serving runs a container that serves the directory itself, by the attack, and
// answers no question about it.
func (s stage) serving(t *testing.T, attack, dir string) *testbed.Container {
	t.Helper()
	c := s.Run(t, testbed.Container{
		Rootfs: s.rootfs(t), Args: []string{attackerPath, attack, dir, "/questions"},
		Spec: func(spec *specs.Spec) {
			capable("CAP_SYS_ADMIN")(spec)
			major, minor := int64(10), int64(229)
			spec.Linux.Devices = []specs.LinuxDevice{{Path: "/dev/fuse", Type: "c", Major: major, Minor: minor}}
			spec.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{
				{Allow: true, Type: "c", Major: &major, Minor: &minor, Access: "rwm"},
			}}
		},
	})
	testbed.Eventually(t, 10*time.Second, "the container serves "+dir, func() bool {
		info, err := os.Stat(c.Path("questions"))
		return err == nil && info.Size() > 0
	})
	return c
}

// TestServedFiles: a container that serves files itself can make who looks at
// them wait for ever, and not even die. Sidestep ends nevertheless.
func TestServedFiles(t *testing.T) {
	s := newStage(t)
	for name, test := range map[string]struct {
		dir  string
		args []string
		text string
	}{
		"users":     {"/etc", []string{"-u", "dev"}, "did not let it be read"},
		"terminal":  {"/dev", []string{"-t"}, "did not let it be read"},
		"null":      {"/dev", []string{"-d"}, "did not let it be read"},
		"directory": {"/tmp", []string{"-w", "/tmp/x"}, "no word in"},
	} {
		t.Run(name, func(t *testing.T) {
			c := s.serving(t, "fuse", test.dir)
			// Whoever waits for the container is let go by its end.
			defer c.Ctr(t, "task", "delete", "--force", c.ID)
			expectEnd(t, c, s.Command(append(append([]string{"exec"}, test.args...), c.ID, "/bin/true")...), test.text)
		})
	}
}

// expectEnd checks that a command fails for the reason, and does not wait for
// the container.
func expectEnd(t *testing.T, c *testbed.Container, cmd *exec.Cmd, reason string) {
	t.Helper()
	ended := make(chan testbed.Result, 1)
	go func() { ended <- testbed.Run(t, cmd) }()
	select {
	case r := <-ended:
		testbed.ExpectFailure(t, r, 125, reason, "")
	case <-time.After(30 * time.Second):
		t.Error("it has not ended after 30s")
		c.Ctr(t, "task", "kill", "--signal", "KILL", c.ID)
		<-ended
	}
}

// TestHeldEnvironment: a process can keep who reads its environment waiting.
// That is read where there is no record, and not waited for longer than is said.
func TestHeldEnvironment(t *testing.T) {
	s := newStage(t)
	c := s.serving(t, "hold", "/tmp")
	defer c.Ctr(t, "task", "delete", "--force", c.ID)
	environ := fmt.Sprintf("/proc/%d/environ", c.PID)
	testbed.Eventually(t, 20*time.Second, "the container lets nobody read its environment", func() bool {
		return testbed.Run(t, exec.Command("timeout", "--signal", "KILL", "1", "cat", environ)).Code == 137
	})
	of := fmt.Sprintf("pid:%d", c.PID)
	expectEnd(t, c, s.Command("--address", "/nonexistent", "exec", of, "/bin/true"), environ)
	r := testbed.Run(t, s.Command("exec", of, "/bin/true")) // with the record's environment
	testbed.Equal(t, "exit code with the record", r.Code, 0)
}

// TestAskedFirst: a container can have itself asked by the kernel before anybody opens
// a file of its, whatever the file system, and not answer.
func TestAskedFirst(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{
		Rootfs: s.rootfs(t), Args: []string{attackerPath, "ask", "/etc/passwd", "/asked"}, Spec: capable("CAP_SYS_ADMIN"),
	})
	defer c.Ctr(t, "task", "delete", "--force", c.ID)
	testbed.Eventually(t, 10*time.Second, "the container has itself asked", func() bool { return exists(c.Path("asked")) })
	expectEnd(t, c, s.Command("exec", "-u", "root", c.ID, "/bin/true"), "read the container's /etc/passwd: the container did not allow it in 3s")
}
