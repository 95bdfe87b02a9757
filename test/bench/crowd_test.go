package bench

import (
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// crowd measures Docker's container on a host of many other processes: what is asked
// of a daemon must not depend on them.
func (w *world) crowd(b *testing.B, bed *testbed.Bed, d *testbed.Docker, id string) {
	n := 1000
	if *quick {
		n = 100
	}
	defer processes(b, n)()
	sidestep := func(name string, args ...string) tool {
		return tool{name, append([]string{"/usr/bin/env", "DOCKER_HOST=" + d.Host, w.sidestep, "--address", bed.Address}, args...)}
	}
	s := w.add(fmt.Sprintf("On a host of %d other processes: a container of Docker", n))
	s.contestRows(contest(b, max(5, w.rounds/5), []tool{
		nsenter(d.InitPID(b, id)),
		sidestep("exec by full ID", "exec", id, "true"),
		sidestep("exec by prefix", "exec", id[:12], "true"),
		sidestep("exec by Docker's name", "exec", "web", "true"),
		sidestep("exec with --source proc", "--source", "proc", "exec", id, "true"),
		sidestep("ps", "ps"),
		{"docker exec, by its name", d.Command("exec", "web", "true").Args},
	}))
	s.note("sidestep is started by env here, which takes a millisecond or two.")
}

// processes starts processes that do nothing, and returns what ends them.
func processes(b *testing.B, n int) (end func()) {
	b.Helper()
	cmd := exec.Command("sh", "-c", fmt.Sprintf("for i in $(seq %d); do sleep 86400 & done; echo; wait", n))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	end = func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()                                 // it was killed
		for syscall.Kill(-cmd.Process.Pid, 0) == nil { // they end while the next thing is measured
			time.Sleep(10 * time.Millisecond)
		}
	}
	if _, err := started.Read(make([]byte, 1)); err != nil {
		end()
		b.Fatal(err)
	}
	return end
}
