package resolver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/containerd/containerd/api/types/task"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// neverAPID is a PID that no process has: more than the kernel gives.
const neverAPID = 1<<22 + 1

// The test runs itself in another PID namespace, with the socket that it is to ask in
// one variable, and with the other one where it is to mount a /proc of its own.
const (
	askFrom  = "SIDESTEP_TEST_ASK"
	ownProc  = "SIDESTEP_TEST_OWN_PROC"
	saysWhat = "Target: "
)

// TestOtherPIDNamespace: a process that cannot be seen has not ended.
func TestOtherPIDNamespace(t *testing.T) {
	if address := os.Getenv(askFrom); address != "" {
		askInside(t, address)
		return
	}
	h := newHost(t)
	h.server.Add("default", record("web"))
	h.server.SetTask("default", "web", fakecontainerd.Task{PID: neverAPID, Status: task.Status_RUNNING})
	var gone *GoneError
	if _, err := target(t, h.resolver(), "web"); !errors.As(err, &gone) {
		t.Errorf("in the same one: %v", err)
	}
	for env, want := range map[string]error{"": proc.ErrOtherProc, ownProc + "=1": errOtherPIDs} {
		cmd := exec.Command("/proc/self/exe", "-test.run=^TestOtherPIDNamespace$", "-test.v")
		cmd.Env = append(os.Environ(), askFrom+"="+h.server.Address, env)
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		}
		said, err := cmd.CombinedOutput()
		if !strings.Contains(string(said), saysWhat) {
			t.Skipf("there are no user namespaces, or no /proc in them: %v: %s", err, said)
		}
		if !strings.Contains(string(said), fmt.Sprintf("%s%v\n", saysWhat, &PIDNamespaceError{Container: Container{ID: "web", Namespace: "default"}, Err: want})) {
			t.Errorf("in another one: %s", said)
		}
	}
}

func askInside(t *testing.T, address string) {
	t.Helper()
	if os.Getenv(ownProc) != "" {
		err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
		if err == nil {
			err = syscall.Mount("proc", "/proc", "proc", 0, "")
		}
		if err != nil {
			t.Skip(err)
		}
	}
	c := config(t)
	c.Addresses = []string{address}
	_, err := target(t, newResolver(t, c), "web")
	t.Logf("%s%v", saysWhat, err)
}
