package hostile

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// onTerminal runs a command as the leader of a session on a terminal of its
// own, and returns what that showed and how much was pushed into its input.
func onTerminal(t *testing.T, cmd *exec.Cmd) (shown string, pushed int) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer tty.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	var screen strings.Builder
	ended := make(chan bool)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(&screen, master)
		close(ended)
	}()
	late := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait() // what it printed tells
	if !late.Stop() {
		t.Error("it did not end")
	}
	// Whole lines only are counted, unless the terminal hands out all.
	if mode, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS); err == nil {
		mode.Lflag &^= unix.ICANON
		_ = unix.IoctlSetTermios(int(tty.Fd()), unix.TCSETS, mode)
	}
	pushed, _ = unix.IoctlGetInt(int(tty.Fd()), unix.TIOCINQ)
	_ = tty.Close()
	time.Sleep(50 * time.Millisecond) // what is on its way to the master
	_ = master.Close()
	<-ended
	return screen.String(), pushed
}

// TestCallersTerminal: CVE-2016-10124 and its kin. A command does not get hold
// of the caller's terminal, into which it could type (TIOCSTI).
func TestCallersTerminal(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Spec: capable("CAP_SYS_ADMIN", "CAP_SYS_TTY_CONFIG")})
	for _, flags := range [][]string{nil, {"-i"}, {"--privileged"}} {
		shown, pushed := onTerminal(t, s.Command(append(append([]string{"exec"}, flags...), c.ID, attackerPath, "push", "reboot\n")...))
		if shown != "end\r\n" || pushed != 0 {
			t.Errorf("%v: %d characters pushed; %q", flags, pushed, shown)
		}
	}
	// With -t there is one of its own, and what is pushed into that stays there.
	shown, pushed := onTerminal(t, s.Command("exec", "-t", c.ID, attackerPath, "push", "reboot\n"))
	if pushed != 0 || !strings.Contains(shown, "stdin is a terminal") {
		t.Errorf("-t: %d characters pushed; %q", pushed, shown)
	}
}

// TestFeignedSession: a process with a filter of its own making, which only
// pretends that a session is started. There is no record of how many filters
// are whose, so all are taken on.
func TestFeignedSession(t *testing.T) {
	s := newStage(t)
	init := exec.Command(s.attacker, "feign", "/bin/sleep", "86400")
	init.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID | unix.CLONE_NEWUTS, Pdeathsig: syscall.SIGKILL}
	if err := init.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = init.Process.Kill(); _ = init.Wait() }()
	testbed.Eventually(t, 10*time.Second, "the filter is installed", func() bool {
		comm, _ := os.ReadFile("/proc/" + itoa(init.Process.Pid) + "/comm")
		return string(comm) == "sleep\n"
	})
	shown, pushed := onTerminal(t, s.Command("exec", "pid:"+itoa(init.Process.Pid), s.attacker, "push", "reboot\n"))
	// It is not let in at all: the filter may deny anything, and its init may trace.
	if pushed != 0 || strings.Contains(shown, "is a terminal") || !strings.Contains(shown, "may trace") {
		t.Errorf("%d characters pushed; %q", pushed, shown)
	}
}

// TestDevices: the container's device cgroup holds for the command, which may
// make a device node but not open it.
func TestDevices(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Spec: func(spec *specs.Spec) {
		spec.Linux.Resources = &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{{Allow: false, Access: "rwm"}}}
	}})
	const script = `for d in "b 8 0" "b 7 0" "c 1 1" "c 1 11" "c 10 229" "c 5 0" "c 1 5"; do
		rm -f /node; mknod /node $d; (: </node) 2>&1 | sed "s|^|$d: |"; done`
	got, want := s.Output(t, "exec", c.ID, "sh", "-c", script), c.Exec(t, "sh", "-c", script)
	testbed.Equal(t, "what may not be opened", got, want)
	if strings.Count(got, "Operation not permitted") < 3 {
		t.Errorf("the device cgroup does not deny much: %s", got)
	}
	testbed.Equal(t, "cgroups", s.Output(t, "exec", c.ID, "cat", "/proc/self/cgroup"), s.Output(t, "exec", c.ID, "cat", "/proc/1/cgroup"))
}
