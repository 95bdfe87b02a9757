package races

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
)

// victim is the init of a container that no runtime knows: a process in
// namespaces of its own. Without cgroups, one looks like the other.
type victim struct {
	cmd *exec.Cmd
	uts string // the link of its UTS namespace
}

// forking lets one process at a time be forked: the next PID is that of a fork
// that comes in between too.
var forking sync.Mutex

func newVictim(t testing.TB) *victim {
	t.Helper()
	forking.Lock()
	defer forking.Unlock()
	return startVictim(t)
}

func startVictim(t testing.TB) *victim {
	t.Helper()
	cmd := exec.Command("/bin/busybox", "sleep", "3600")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWNS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	uts, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/uts", cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	return &victim{cmd: cmd, uts: uts}
}

func (v *victim) pid() int { return v.cmd.Process.Pid }

// kill ends the process and leaves a zombie.
func (v *victim) kill() { _ = v.cmd.Process.Kill() }

// bury ends the process, and frees its PID.
func (v *victim) bury() {
	v.kill()
	_ = v.cmd.Wait()
}

// replace ends the process and gives its PID to another one of the same kind,
// or returns nil when something else on the host got the PID.
func (v *victim) replace(t testing.TB) *victim {
	t.Helper()
	const tries = 5
	// From now on: else the next victim of another race may get the PID, which
	// looks like the container's process, and which the daemon names twice.
	forking.Lock()
	defer forking.Unlock()
	v.bury()
	for range tries {
		next := []byte(strconv.Itoa(v.pid() - 1)) // see proc_sys_kernel(5), Linux 3.3
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", next, 0); err != nil {
			t.Fatal(err)
		}
		decoy := startVictim(t)
		if decoy.pid() == v.pid() {
			return decoy
		}
		decoy.bury()
	}
	return nil
}
