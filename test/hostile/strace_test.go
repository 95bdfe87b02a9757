package hostile

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// slowly returns a command of sidestep whose executor stops for a tenth of a
// second after the system call: whoever attacks it then has time.
func (s stage) slowly(call string, args ...string) *exec.Cmd {
	cmd := s.Command(args...)
	cmd.Args = append([]string{
		"strace", "--follow-forks", "--quiet=all", "--output=/dev/null", "--trace=" + call,
		"--inject=" + call + ":delay_exit=100000",
	}, cmd.Args...)
	cmd.Path, cmd.Err = straceProgram()
	return cmd
}

func straceProgram() (string, error) { return exec.LookPath("strace") }

// traced is a system call in strace's words.
type traced struct{ pid, name, text string }

var tracedLine = regexp.MustCompile(`^(\d+) +(?:<\.\.\. )?([a-z_0-9]+)(.*)$`)

// trace runs sidestep under strace and returns the result and its calls.
func (s stage) trace(t *testing.T, args ...string) (testbed.Result, []traced) {
	t.Helper()
	file, err := os.CreateTemp(s.Dir, "strace-")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd := s.Command(args...)
	cmd.Args = append([]string{"strace", "--follow-forks", "--quiet=all", "--decode-fds=path", "--output=" + file.Name()}, cmd.Args...)
	cmd.Path, cmd.Err = straceProgram()
	r := testbed.Run(t, cmd)
	data, err := os.ReadFile(filepath.Clean(file.Name()))
	if err != nil {
		t.Fatal(err)
	}
	var calls []traced
	for line := range strings.Lines(string(data)) {
		if m := tracedLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil && !strings.Contains(line, " resumed>") {
			calls = append(calls, traced{m[1], m[2], m[3]})
		}
	}
	return r, calls
}

// insideCalls are those of which a process that has joined a container needs
// no more, until it executes the command. None makes, opens or mounts anything.
var insideCalls = strings.Fields(`setns close keyctl ioprio_set personality set_mempolicy umask chdir prctl setgroups
	setresgid setresuid capset seccomp getcwd read write clone setsid ioctl faccessat faccessat2 execve exit_group`)

// TestSystemCallsInside: what the executor does after it has joined the
// container, by the kernel's word, and what it has open at that moment.
func TestSystemCallsInside(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	for _, poison := range []string{"etc/ld.so.preload", "etc/nsswitch.conf", "lib/x86_64-linux-gnu/libnss_files.so.2", "lib/libc.so.6"} {
		testbed.WriteFile(t, filepath.Join(rootfs, poison), "/poison.so\n", 0o755)
	}
	c := s.Run(t, testbed.Container{Rootfs: rootfs, Spec: poisoned})
	r, calls := s.trace(t, "exec", "-u", "dev", c.ID, "/bin/true")
	if r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	joined, forked, started, executed := map[string]bool{}, map[string]bool{}, 0, 0
	for _, call := range calls {
		switch {
		case call.name == "execveat":
			started++
			if !strings.Contains(call.text, "/* 0 vars */") {
				t.Errorf("the executor's environment: execveat%s", call.text)
			}
		case call.name == "setns" && strings.Contains(call.text, "|CLONE_"): // not only one, to look at the container
			joined[call.pid] = true
			continue
		}
		// The fork of an executor makes its calls in the container too.
		if !joined[call.pid] && !forked[call.pid] && call.name == "prctl" && strings.Contains(call.text, "PR_SET_PDEATHSIG, SIGKILL") && len(joined) > 0 {
			forked[call.pid] = true
		}
		if !joined[call.pid] && !forked[call.pid] {
			if strings.Contains(call.text, "poison") || strings.Contains(call.text, "libnss") || strings.Contains(call.text, "nsswitch") || strings.Contains(call.text, "ld.so.preload") {
				t.Errorf("of the container's libraries: %s%s", call.name, call.text)
			}
			continue
		}
		if executed > 0 {
			continue // the command's own
		}
		if !contains(insideCalls, call.name) {
			t.Errorf("in the container: %s%s", call.name, call.text)
		}
		if call.name == "execve" {
			executed++
		}
	}
	if started == 0 || len(joined) != 1 || executed != 1 {
		t.Errorf("%d executors started, %d processes joined the container, %d executed the command: strace saw too little", started, len(joined), executed)
	}
}

func contains(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}
