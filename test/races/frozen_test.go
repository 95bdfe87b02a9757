package races

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestPausedAtAnyMoment: the container is paused and resumed all the time. A
// command runs, once, or is refused, and none runs that was refused.
func TestPausedAtAnyMoment(t *testing.T) {
	c := runLimited(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				c.freeze(t, false)
				return
			case <-time.After(rand.N(30 * time.Millisecond)):
				c.freeze(t, true)
				time.Sleep(rand.N(10 * time.Millisecond))
				c.freeze(t, false)
			}
		}
	}()
	ran, refused := 0, 0
	for n := range iterations {
		r := c.bed.Sidestep(t, "exec", c.ID, "sh", "-c", "echo >>/tmp/ran")
		switch {
		case r.Code == 0:
			ran++
		case r.Code == 125 && strings.Contains(r.Stderr, "paused"):
			testbed.ExpectFailure(t, r, 125, "paused", "resume")
			refused++
		default:
			t.Errorf("command %d: %+v", n, r)
		}
	}
	close(stop)
	<-stopped
	c.expectAlone(t)
	testbed.Equal(t, "commands that ran", c.ran(t), ran)
	t.Logf("%d ran, %d were refused", ran, refused)
	if ran == 0 || refused == 0 {
		t.Error("the pauses made no difference")
	}
}

// ran returns how often the command ran that adds a line to /tmp/ran.
func (c limited) ran(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile(c.Path("tmp/ran"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(data), "\n")
}

// waiting starts a command that waits in the paused container, and returns it
// when it does.
func (c limited) waiting(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := c.bed.Command("exec", "--ignore-paused", c.ID, "sh", "-c", "echo >>/tmp/ran")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	testbed.Eventually(t, 10*time.Second, "the process is in the paused container", func() bool { return len(c.members(t)) == 2 })
	return cmd
}

// TestCallerOfAPausedContainer: who waits for a paused container can be
// interrupted, and killed. What waited does not run when the container goes on.
func TestCallerOfAPausedContainer(t *testing.T) {
	c := runLimited(t)
	for name, signal := range map[string]syscall.Signal{"interrupted": syscall.SIGINT, "hung up": syscall.SIGHUP, "terminated": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			for range 5 {
				c.freeze(t, true)
				cmd := c.waiting(t)
				began := time.Now()
				if err := cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				unstick := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
				_ = cmd.Wait()
				unstick.Stop()
				if took := time.Since(began); took > 2*time.Second {
					t.Errorf("it ended after %v", took)
				}
				testbed.Equal(t, "exit code", testbed.ExitCode(cmd.ProcessState), 128+int(signal))
				c.freeze(t, false)
				c.expectAlone(t)
			}
			testbed.Equal(t, "commands that ran later than their callers lived", c.ran(t), 0)
		})
	}
}

// TestOptionsForAPausedContainer: the options do what their names say.
func TestOptionsForAPausedContainer(t *testing.T) {
	c := runLimited(t)
	c.freeze(t, true)
	for range 10 {
		testbed.ExpectFailure(t, c.bed.Sidestep(t, "exec", c.ID, "true"), 125, "paused", "resume")
	}
	testbed.Equal(t, "processes in the container", len(c.members(t)), 1)

	testbed.Equal(t, "the command's PID namespace", c.bed.Output(t, "exec", "--no-cgroup", c.ID, "readlink", "/proc/self/ns/pid"),
		readlink(t, "/proc/"+strconv.Itoa(c.PID)+"/ns/pid"))

	cmd := c.waiting(t)
	time.Sleep(200 * time.Millisecond)
	testbed.Equal(t, "commands that ran while it was paused", c.ran(t), 0)
	c.freeze(t, false)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the command that waited: %v", err)
	}
	testbed.Equal(t, "commands that ran when it went on", c.ran(t), 1)
	c.expectAlone(t)
}

func readlink(t *testing.T, path string) string {
	t.Helper()
	link, err := os.Readlink(path)
	if err != nil {
		t.Fatal(err)
	}
	return link
}
