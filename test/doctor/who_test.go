package doctor

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// whose is what who -o json says.
type whose struct {
	PID       int
	Command   string
	Evidence  []string
	Container *struct {
		ID, Namespace, Name, State, Role, Source string
		Init                                     int
		Pod                                      struct{ Namespace, Name, Container string }
	}
}

// who runs who, which must find a container.
func who(t *testing.T, bed *testbed.Bed, pid int) whose {
	t.Helper()
	var w whose
	if err := json.Unmarshal([]byte(bed.Output(t, "who", "-o", "json", fmt.Sprint(pid))), &w); err != nil {
		t.Fatal(err)
	}
	if w.Container == nil || len(w.Evidence) == 0 {
		t.Fatalf("process %d: %+v", pid, w)
	}
	testbed.Equal(t, "PID", w.PID, pid)
	return w
}

// started runs a command in the container that stays, and returns its PID.
func started(t *testing.T, bed *testbed.Bed, id string, command ...string) int {
	t.Helper()
	file := bed.Dir + "/started-" + id
	bed.Output(t, append([]string{"exec", "-d", "--privileged", "--pid-file", file, id}, command...)...)
	pid, err := strconv.Atoi(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// childOf waits for a process to have a child, and returns its PID.
func childOf(t *testing.T, parent int) int {
	t.Helper()
	var child int
	testbed.Eventually(t, limit, "the process has a child", func() bool {
		for _, p := range testbed.Processes() {
			if p.PPID == parent {
				child = p.PID
			}
		}
		return child != 0
	})
	return child
}

// TestWho: every process of a container is the container's, whether containerd
// says so or what the container has left on this host.
func TestWho(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		web := bed.Run(t, testbed.Container{Args: []string{"/bin/sh", "-c", "sleep 86400; true"}})
		beside := bed.Run(t, testbed.Container{})
		host := bed.Run(t, testbed.Container{Spec: func(s *specs.Spec) { testbed.WithoutNamespace(s, specs.PIDNamespace) }})
		pod := bed.Run(t, testbed.Container{Namespace: "k8s.io", Labels: map[string]string{
			"io.cri-containerd.kind": "container", "io.kubernetes.pod.name": "web-0", "io.kubernetes.pod.namespace": "shop",
			"io.kubernetes.pod.uid": "u", "io.kubernetes.container.name": "nginx",
		}})
		executed := started(t, bed, web.ID, "sleep", "86400")
		inside := childOf(t, started(t, bed, beside.ID, "unshare", "-f", "-p", "sleep", "86400"))
		hostExec := started(t, bed, host.ID, "sleep", "86400")
		cases := []struct {
			name string
			pid  int
			of   *testbed.Container
			role string
		}{
			{"init", web.PID, web, "init"},
			{"child", childOf(t, web.PID), web, "child"},
			{"executed", executed, web, "exec"},
			{"in a PID namespace in the container", inside, beside, "exec"},
			{"init with the host's PIDs", host.PID, host, "init"},
			{"executed with the host's PIDs", hostExec, host, "exec"},
			{"of a pod", pod.PID, pod, "init"},
		}
		check := func(t *testing.T) {
			for _, c := range cases {
				w := who(t, bed, c.pid)
				got := fmt.Sprintf("%s %s %s %d %s", w.Container.Namespace, w.Container.ID, w.Container.Role, w.Container.Init, w.Container.State)
				testbed.Equal(t, c.name, got, fmt.Sprintf("%s %s %s %d running", c.of.Namespace, c.of.ID, c.role, c.of.PID))
			}
		}
		check(t)
		testbed.Equal(t, "pod", fmt.Sprint(who(t, bed, pod.PID).Container.Pod), "{shop web-0 nginx}")
		text := bed.Output(t, "who", fmt.Sprint(executed))
		for _, want := range []string{fmt.Sprintf(`process    %d ("sleep"), was put into the container`, executed), "container  " + web.ID, "evidence   its cgroup"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not in %s", want, text)
			}
		}
		signal(t, bed.PID, syscall.SIGSTOP)
		t.Cleanup(func() { signal(t, bed.PID, syscall.SIGCONT) })
		check(t)
		signal(t, web.ShimPID(t), syscall.SIGKILL) // containerd, which hangs, does not end the container
		testbed.Equal(t, "without a shim", who(t, bed, web.PID).Container.ID, web.ID)
	})
}

// TestWhoNone: a process of no container is an answer of its own, and what
// cannot be found out is a failure.
func TestWhoNone(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	bed.Run(t, testbed.Container{})
	testbed.ExpectFailure(t, bed.Sidestep(t, "who", fmt.Sprint(os.Getpid())), 1, "belongs to no container", "sidestep ps")
	r := bed.Sidestep(t, "who", "-o", "json", fmt.Sprint(os.Getpid()))
	testbed.Equal(t, "exit code", r.Code, 1)
	testbed.Equal(t, "stderr", r.Stderr, "")
	if !strings.Contains(r.Stdout, `"evidence"`) || strings.Contains(r.Stdout, `"container"`) {
		t.Errorf("stdout %q", r.Stdout)
	}
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	testbed.ExpectFailure(t, bed.Sidestep(t, "who", fmt.Sprint(ended.Process.Pid)), 125, "no such process", "sidestep ps")
	signal(t, bed.PID, syscall.SIGSTOP)
	t.Cleanup(func() { signal(t, bed.PID, syscall.SIGCONT) })
	testbed.ExpectFailure(t, bed.Sidestep(t, "who", fmt.Sprint(os.Getpid())), 1, "belongs to no container", "sidestep ps")
}
