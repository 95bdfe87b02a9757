package procfs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fake is a process of a fake /proc.
type fake struct {
	pid, ppid     int
	comm, args    string
	cwd, cgroup   string
	pidNS, nspid  string // "host" for the reader's namespace
	mntNS, userNS string
	uid           string
}

// tree makes a fake /proc in which the reader is process 1 of "host".
func tree(t *testing.T, processes ...fake) string {
	t.Helper()
	root := t.TempDir()
	processes = append(processes, fake{pid: 1, comm: "init"})
	for _, p := range processes {
		p.put(t, root)
	}
	if err := os.Symlink("1", filepath.Join(root, "self")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"meminfo", "99999x"} {
		if err := os.WriteFile(filepath.Join(root, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func (p fake) put(t *testing.T, root string) {
	t.Helper()
	or := func(text, fallback string) string {
		if text == "" {
			return fallback
		}
		return text
	}
	dir := filepath.Join(root, fmt.Sprint(p.pid))
	if err := os.MkdirAll(filepath.Join(dir, "ns"), 0o700); err != nil {
		t.Fatal(err)
	}
	uid := or(p.uid, "0")
	for name, content := range map[string]string{
		"stat":    fmt.Sprintf("%d (%s) S %d %s %d 0", p.pid, p.comm, p.ppid, strings.Repeat("0 ", 17), 1000+p.pid),
		"cmdline": strings.ReplaceAll(p.args, " ", "\x00") + "\x00",
		"cgroup":  "0::" + or(p.cgroup, "/") + "\n",
		"status": fmt.Sprintf("Name:\tx\nState:\tS\nUid:\t%[1]s\t%[1]s\t%[1]s\t%[1]s\nGid:\t0\t0\t0\t0\nGroups:\t\nNSpid:\t%[2]s\n"+
			"SigIgn:\t0\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\nCapAmb:\t0\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n", uid, or(p.nspid, fmt.Sprint(p.pid))),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, link := range map[string]string{
		"cwd": or(p.cwd, "/"), "ns/pid": "pid:[" + or(p.pidNS, "host") + "]",
		"ns/mnt": "mnt:[" + or(p.mntNS, "host") + "]", "ns/user": "user:[" + or(p.userNS, "host") + "]",
	} {
		if err := os.Symlink(link, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

func shim(pid int, id string) fake {
	return fake{
		pid: pid, ppid: 1, comm: "containerd-shim", cwd: strings.Replace(bundleDir, "web", id, 1),
		args: "/usr/bin/containerd-shim-runc-v2 -namespace default -id " + id + " -address /run/c.sock",
	}
}

func TestLook(t *testing.T) {
	root := tree(t, shim(10, "web"),
		fake{pid: 11, ppid: 10, comm: "sleep", cgroup: "/default/web", pidNS: "a", nspid: "11\t1"},
		fake{pid: 12, ppid: 11, comm: "sh", cgroup: "/default/web", pidNS: "a", nspid: "12\t2"},
		fake{pid: 13, ppid: 1, comm: "sshd", cgroup: "/ssh"},
		fake{pid: 2, ppid: 0, comm: "kthreadd"}, fake{pid: 3, ppid: 2, comm: "kworker"},
	)
	scan, err := Look(t.Context(), root)
	if err != nil || len(scan.Monitors) != 1 || scan.Monitors[0].ID != "web" || scan.Monitors[0].PID != 10 || scan.Monitors[0].Start != 1010 {
		t.Fatalf("Look: %+v, %v", scan.Monitors, err)
	}
	var got []string
	for _, p := range scan.Processes {
		got = append(got, fmt.Sprintf("%d %s %t %d %d", p.PID, p.Cgroups[0].Path, p.Init(), p.PPID, p.Start))
	}
	want := "1 / false 0 1001; 11 /default/web true 10 1011; 12 /default/web false 11 1012; 13 /ssh false 1 1013"
	if strings.Join(got, "; ") != want {
		t.Errorf("processes: %q, want %q", strings.Join(got, "; "), want)
	}
}

// Whoever can choose his name and directory is not believed for that.
func TestImpostors(t *testing.T) {
	for name, change := range map[string]func(*fake){
		"in another mount namespace": func(p *fake) { p.mntNS = "x" },
		"in another user namespace":  func(p *fake) { p.userNS = "x" },
		"in another PID namespace":   func(p *fake) { p.pidNS, p.nspid = "x", "10\t7" },
		"of a user":                  func(p *fake) { p.uid = fmt.Sprint(os.Geteuid() + 1000) },
	} {
		p := shim(10, "web")
		change(&p)
		scan, err := Look(t.Context(), tree(t, p))
		if err != nil || len(scan.Monitors) != 0 {
			t.Errorf("%s: %+v, %v", name, scan.Monitors, err)
		}
	}
}

func TestDamagedProcesses(t *testing.T) {
	root := tree(t, shim(10, "web"), fake{pid: 11, comm: "a"}, fake{pid: 12, comm: "b"}, fake{pid: 13, comm: "c"})
	for file, content := range map[string]string{"11/stat": "11 (", "12/cgroup": "x", "13/stat": "14 (c) S"} {
		if err := os.WriteFile(filepath.Join(root, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	scan, err := Look(t.Context(), root)
	if err != nil || len(scan.Monitors) != 1 || len(scan.Processes) != 1 {
		t.Errorf("Look: %+v, %v", scan, err)
	}
}

// A process whose files let the reader wait costs the deadline, and nothing
// else that was found.
func TestLookIsBounded(t *testing.T) {
	root := tree(t, shim(10, "web"), fake{pid: 11, comm: "stuck"})
	stick(t, filepath.Join(root, "11/stat"))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	scan, err := Look(ctx, root)
	if !errors.Is(err, context.DeadlineExceeded) || len(scan.Monitors) != 1 || time.Since(begin) > 2*time.Second {
		t.Errorf("Look: %+v, %v after %s", scan, err, time.Since(begin))
	}
}

func TestLookAtTheRealOne(t *testing.T) {
	scan, err := Look(t.Context(), "/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range scan.Processes {
		if p.PID == os.Getpid() && p.PPID == os.Getppid() && p.Start > 0 && len(p.Cgroups) > 0 {
			return
		}
	}
	t.Errorf("the test itself is not among %d processes", len(scan.Processes))
}

// TestLookLeavesWhatIsStuck: a process that never lets anybody look is left out
// long before the deadline, and the scan says that it is not whole.
func TestLookLeavesWhatIsStuck(t *testing.T) {
	root := tree(t, shim(10, "web"), fake{pid: 11, comm: "stuck"})
	stick(t, filepath.Join(root, "11/stat"))
	begin := time.Now()
	scan, err := Look(t.Context(), root)
	if !errors.Is(err, errStuck) || !scan.Partial || len(scan.Monitors) != 1 || time.Since(begin) > 10*stuckAfter {
		t.Errorf("Look: %+v, %v after %s", scan, err, time.Since(begin))
	}
	if scan, err := Look(t.Context(), tree(t, shim(10, "web"))); err != nil || scan.Partial {
		t.Errorf("Look at all: %+v, %v", scan, err)
	}
}

// stick makes a file one that nobody comes back from before the test ends.
func stick(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(file, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if f, err := os.OpenFile(file, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
			f.Close()
		}
	})
}
