package faults

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// staleFaults are those where the files name a process that has ended, whose
// number another one has got.
func staleFaults() []fault {
	stale := fault{refused: "is another one", gone: true, named: []string{"runtime.state", "init.process", "pid.sources", "bundle"}, fatal: true}
	host, nested := stale, stale
	host.name, host.inject = "state stale: its PID is a process of the host", both(killAll, reusePIDs(0))
	nested.name, nested.inject = "state stale: its PID is the init of other namespaces", both(killAll, reusePIDs(unix.CLONE_NEWPID|unix.CLONE_NEWNS|unix.CLONE_NEWUTS|unix.CLONE_NEWIPC|unix.CLONE_NEWNET))
	return []fault{host, nested}
}

// killAll kills the containers and all that would take note of it.
func killAll(t *testing.T, w *world) {
	killContainerd(t, w)
	killShims(t, w)
	killInits(t, w)
	for _, v := range w.victims {
		testbed.Eventually(t, 5*time.Second, "somebody has waited for the container's process", func() bool {
			_, err := os.Stat(fmt.Sprintf("/proc/%d", v.pid))
			return err != nil
		})
	}
}

// reusePIDs gives the numbers of the victims' processes to others, in new
// namespaces of these kinds.
func reusePIDs(namespaces uintptr) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		for _, v := range w.victims {
			impostor := reusePID(t, v.pid, namespaces)
			t.Cleanup(func() {
				_ = impostor.Process.Kill()
				_ = impostor.Wait()
			})
		}
	}
}

func reusePID(t *testing.T, pid int, namespaces uintptr) *exec.Cmd {
	t.Helper()
	for range 200 { // others start processes too
		if err := os.WriteFile("/proc/sys/kernel/ns_last_pid", fmt.Append(nil, pid-1), 0); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("/bin/sleep", "4718")
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: syscall.SIGKILL}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if cmd.Process.Pid == pid {
			return cmd
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Fatalf("no process got the number %d", pid)
	return nil
}
