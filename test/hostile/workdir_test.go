package hostile

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDirectoriesOfTheHost: CVE-2024-21626. Sidestep is started with 20
// directories of the host, and the container and the caller name them in every
// way: as working directory, by links, and as places of the command.
func TestDirectoriesOfTheHost(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	dirs := openDirs(t, 20)
	run := func(args ...string) testbed.Result {
		cmd := s.Command(append([]string{"exec"}, args...)...)
		cmd.ExtraFiles = dirs
		return testbed.Run(t, cmd)
	}
	c := s.Run(t, testbed.Container{Rootfs: rootfs})
	for n := 3; n <= 64; n++ {
		fd := fmt.Sprintf("/proc/self/fd/%d", n)
		if err := os.Symlink(fd, filepath.Join(rootfs, fmt.Sprintf("w%d", n))); err != nil {
			t.Fatal(err)
		}
		attempts := [][]string{{"-w", fd, c.ID, "pwd"}}
		if n < 26 { // as far as descriptors of sidestep's go
			attempts = append(attempts, []string{"-w", fmt.Sprintf("/w%d", n), c.ID, "pwd"}, []string{c.ID, fd + "/bin/busybox", "true"},
				[]string{c.ID, fmt.Sprintf("/w%d/../../bin/busybox", n), "true"})
		}
		for _, args := range attempts {
			if r := run(args...); r.Code < 125 || r.Stdout != "" {
				t.Errorf("%v: %+v", args, r)
			}
		}
	}
	for _, args := range [][]string{{"-w", "proc/self/fd/3", c.ID, "pwd"}, {"-w", "..", c.ID, "pwd"}} {
		if r := run(args...); r.Code != 125 {
			t.Errorf("%v: %+v", args, r)
		}
	}
	if out := s.Output(t, "exec", "-w", "/../../../", c.ID, "pwd"); out != "/" {
		t.Errorf("above the root is %q", out)
	}
}

// TestDirectoryOfAnotherProcess: a container in the host's PID namespace names
// a process of the host by a link in its image. Root may follow that: where it
// leads is looked at afterwards.
func TestDirectoryOfAnotherProcess(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	for name, target := range map[string]string{"top": "root", "cwd": "cwd", "up": "cwd/.."} {
		if err := os.Symlink(fmt.Sprintf("/proc/%d/%s", os.Getpid(), target), filepath.Join(rootfs, name)); err != nil {
			t.Fatal(err)
		}
	}
	c := s.Run(t, testbed.Container{Rootfs: rootfs, Spec: hostPIDs()})
	for _, dir := range []string{"/cwd", "/up", "/top", fmt.Sprintf("/proc/%d/root/etc", os.Getpid())} {
		r := s.Sidestep(t, "exec", "-w", dir, c.ID, "/bin/ls")
		testbed.ExpectFailure(t, r, 125, "not below the container's root", "")
	}
}
