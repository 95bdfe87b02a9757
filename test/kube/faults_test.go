package kube

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// faultTimeout is how long a peer may take until it counts as hanging.
const faultTimeout = 15 * time.Second

// attempt is how one way into a container went.
type attempt struct {
	way  string
	code int // -1: it had not ended after faultTimeout
	took time.Duration
	said string
}

func (a attempt) String() string {
	if a.code < 0 {
		return fmt.Sprintf("hangs (> %v)", faultTimeout)
	}
	if a.code == 0 {
		return fmt.Sprintf("works, %.1f s", a.took.Seconds())
	}
	return fmt.Sprintf("fails in %.1f s: %s", a.took.Seconds(), a.said)
}

// try runs a command that prints "inside" when it gets where it should.
func try(way string, cmd *exec.Cmd) attempt {
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return attempt{way: way, code: 1, said: err.Error()}
	}
	late := time.AfterFunc(faultTimeout, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	_ = cmd.Wait()
	a := attempt{way: way, code: testbed.ExitCode(cmd.ProcessState), took: time.Since(began)}
	if !late.Stop() {
		a.code = -1
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	a.said = lines[len(lines)-1]
	if a.code == 0 && !strings.Contains(out.String(), "inside") {
		a.code, a.said = 1, "exit code 0, but its output is lost"
	}
	return a
}

// ways returns every way to run a command in the pod, by name. sidestep's has
// a helper pod that started before the fault, and one that has to start. With a
// fault, those that may wait long do so at the same time.
func (c *cluster) ways(pod string, fault bool) []attempt {
	inside := []string{"--", "echo", "inside"}
	all := []attempt{{way: "sidestep --keep"}, {way: "sidestep"}, {way: "kubectl exec"}, {way: "kubectl debug"}}
	commands := []*exec.Cmd{
		c.command(append([]string{"exec", "--keep", pod}, inside...)...),
		c.command(append([]string{"exec", "--pod-running-timeout=10s", pod}, inside...)...),
		c.Kubectl(append([]string{"exec", pod}, inside...)...),
		c.Kubectl(append([]string{"debug", pod, "-i", "-q", "--image=" + testbed.Busybox, "--target=app", "--profile=general"}, inside...)...),
	}
	var wait sync.WaitGroup
	for i, cmd := range commands {
		if i == 0 || !fault {
			all[i] = try(all[i].way, cmd)
			continue
		}
		wait.Go(func() { all[i] = try(all[i].way, cmd) })
	}
	wait.Wait()
	return all
}

func report(t *testing.T, fault string, attempts []attempt) {
	t.Helper()
	for _, a := range attempts {
		t.Logf("| %s | %s | %s |", fault, a.way, a)
	}
}

// works checks that the first attempt, with the helper pod from before, did.
func works(t *testing.T, fault string, attempts []attempt) {
	t.Helper()
	report(t, fault, attempts)
	if a := attempts[0]; a.code != 0 {
		t.Errorf("%s: %s %s", fault, a.way, a)
	}
}

// testRuncBroken: the node's runc is replaced by false after the helper pod
// runs.
func testRuncBroken(t *testing.T, c *cluster) {
	c.keep(t)
	c.victim(t, "runcless")
	works(t, "nothing broken", c.ways("runcless", false))
	runc, err := os.Readlink(c.Runc)
	if err != nil {
		t.Fatal(err)
	}
	relink(t, "/bin/false", c.Runc)
	t.Cleanup(func() { relink(t, runc, c.Runc) })
	attempts := c.ways("runcless", true)
	works(t, "runc replaced by false", attempts)
	if attempts[2].code == 0 {
		t.Error("kubectl exec works: runc is not broken")
	}
}

func relink(t testing.TB, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link+".new"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link+".new", link); err != nil {
		t.Fatal(err)
	}
}

// testShimStopped: the target's shim does not answer. The helper pod has
// another.
func testShimStopped(t *testing.T, c *cluster) {
	c.keep(t)
	c.victim(t, "shimless")
	shim := c.shim(t, "shimless")
	stop(t, shim)
	attempts := c.ways("shimless", true)
	works(t, "the target's shim stopped", attempts)
	if attempts[2].code == 0 {
		t.Error("kubectl exec works: the shim is not stopped")
	}
}

// testContainerd: containerd is stopped, is killed, and comes back while a
// helper pod is kept.
func testContainerd(t *testing.T, c *cluster) {
	c.keep(t)
	c.victim(t, "daemonless")
	testbed.Signal(t, c.PID, syscall.SIGSTOP)
	stopped := c.ways("daemonless", true)
	report(t, "containerd stopped", stopped)
	c.Kill(t)
	report(t, "containerd killed", c.ways("daemonless", true))
	c.Restart(t)
	testbed.Eventually(t, sessionTimeout, "kubectl exec works again", func() bool {
		return try("", c.Kubectl("exec", "daemonless", "--", "echo", "inside")).code == 0
	})
	works(t, "containerd restarted", c.ways("daemonless", false))
}

// victim starts a pod for a fault.
func (c *cluster) victim(t *testing.T, name string) {
	t.Helper()
	c.Apply(t, fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %[1]s, labels: {victim: %[1]s}}
spec:
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  containers:
  - {name: app, image: %[2]q, command: [sleep, "86400"], env: [{name: VICTIM, value: %[1]s}]}
`, name, testbed.Busybox))
	t.Cleanup(func() { c.Output(t, "delete", "pod", name, "--wait=false") })
	c.AwaitPods(t, "default", "victim="+name, 1)
}

// shim returns the PID of the shim of a victim's containers.
func (c *cluster) shim(t *testing.T, name string) int {
	t.Helper()
	shim := 0
	// Its environment is there when runc's own process has become it.
	testbed.Eventually(t, sessionTimeout, name+" has a process", func() bool {
		for _, p := range c.Processes() {
			environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.PID))
			if strings.Contains(string(environment), "VICTIM="+name+"\x00") {
				shim = p.PPID
			}
		}
		return shim != 0
	})
	return shim
}

// stop stops a process until the test ends.
func stop(t *testing.T, pid int) {
	t.Helper()
	testbed.Signal(t, pid, syscall.SIGSTOP)
	t.Cleanup(func() { testbed.Signal(t, pid, syscall.SIGCONT) })
}
