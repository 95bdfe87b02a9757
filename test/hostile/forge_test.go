package hostile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestForgedBirth: a container that may trace the executor takes its control
// socket and says that it was born as a process of the host. Sidestep must not
// take that one for the command, and kill it when the command fails.
func TestForgedBirth(t *testing.T) {
	s := newStage(t)
	victim := exec.Command("sleep", "86400")
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	died := make(chan error, 1)
	go func() { died <- victim.Wait() }()
	defer func() { _ = victim.Process.Kill() }()

	c := s.Run(t, testbed.Container{
		Rootfs: s.rootfs(t), Spec: capable("CAP_SYS_PTRACE"),
		Args: []string{attackerPath, "forge", fmt.Sprint(victim.Process.Pid), "/forged"},
	})
	forged := filepath.Join(c.Rootfs, "forged")
	for n := 0; n < 5 || n < 40 && !exists(forged); n++ {
		testbed.Run(t, s.slowly("clone", "exec", c.ID, "/bin/true"))
	}
	if !exists(forged) {
		t.Fatal("the container got no control socket: this is no test")
	}
	select {
	case err := <-died:
		t.Errorf("the container has had a process of the host killed: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// denySession is a seccomp filter that denies the steps between the fork into
// the PID namespace and the command: until then the process has to keep
// CAP_SYS_ADMIN.
func denySession(s *specs.Spec) {
	s.Linux.Seccomp = &specs.LinuxSeccomp{
		DefaultAction: specs.ActAllow, Architectures: []specs.Arch{specs.ArchX86_64, specs.ArchAARCH64},
		Syscalls: []specs.LinuxSyscall{{Names: []string{"setsid"}, Action: specs.ActErrno}},
	}
}

// TestTracerBeside: a process that has CAP_SYS_ADMIN is not let into a PID
// namespace in which somebody may trace it, also when that is another container.
func TestTracerBeside(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Spec: denySession})
	s.Output(t, "exec", c.ID, "/bin/true")
	beside := s.Run(t, testbed.Container{Spec: func(spec *specs.Spec) { joinPIDs(spec, c) }})
	s.Output(t, "exec", c.ID, "/bin/true")
	_ = beside
	s.Run(t, testbed.Container{Spec: func(spec *specs.Spec) {
		capable("CAP_SYS_PTRACE")(spec)
		joinPIDs(spec, c)
	}})
	testbed.ExpectFailure(t, s.Sidestep(t, "exec", c.ID, "/bin/true"), 125, "may trace", "")
}
