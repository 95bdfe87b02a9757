package commands

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestJoin: only the namespaces that are named.
func TestJoin(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		out := bed.Output(t, "exec", "--join", "net,uts", "-u", "0", "-w", "/", c.ID, "/bin/sh", "-c",
			"readlink /proc/self/ns/net; readlink /proc/self/ns/uts; readlink /proc/self/ns/mnt; readlink /proc/self/ns/pid")
		var want []string
		for _, file := range []string{c.Proc("ns/net"), c.Proc("ns/uts"), "/proc/self/ns/mnt", "/proc/self/ns/pid"} {
			link, err := os.Readlink(file)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, link)
		}
		testbed.Equal(t, "namespaces", out, strings.Join(want, "\n"))
	})
}

// TestDryRun: it says what would be done, and does nothing.
func TestDryRun(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		plan := bed.Output(t, "exec", "--dry-run", "-u", "0", c.ID, "touch", "/tmp/made")
		for _, want := range []string{c.ID, fmt.Sprint(c.PID), "touch", "mnt"} {
			if !strings.Contains(plan, want) {
				t.Errorf("no %q in the plan:\n%s", want, plan)
			}
		}
		if _, err := os.Stat(c.Path("tmp/made")); err == nil {
			t.Error("the command was executed")
		}
	})
}

func TestPreserveFDs(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer read.Close()
		if _, err := write.WriteString("through 3\n"); err != nil {
			t.Fatal(err)
		}
		write.Close()
		cmd := bed.Command("exec", "--preserve-fds", "1", c.ID, "sh", "-c", "cat <&3; ls /proc/self/fd")
		cmd.ExtraFiles = []*os.File{read, read}
		// 4 is the directory that ls reads.
		testbed.Equal(t, "output", testbed.Run(t, cmd).Stdout, "through 3\n0\n1\n2\n3\n4\n")
	})
}

func TestPidFile(t *testing.T) {
	each(t, func(t *testing.T, bed *testbed.Bed, c *testbed.Container) {
		file := filepath.Join(bed.Dir, "command.pid")
		bed.Output(t, "exec", "-d", "--pid-file", file, c.ID, "sleep", "4714")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		args, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		testbed.Equal(t, "the process", string(args), "sleep\x004714\x00")
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
	})
}
