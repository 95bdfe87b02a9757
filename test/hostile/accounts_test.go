package hostile

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// The most that sidestep may take for a user of a hostile container.
const (
	mostMemory = 64 << 10 // KiB, as getrusage(2) counts
	mostTime   = 5 * time.Second
)

// measured runs sidestep within these bounds.
func (s stage) measured(t *testing.T, args ...string) testbed.Result {
	t.Helper()
	cmd := s.Command(args...)
	most, done, watched := 0, make(chan bool), make(chan bool)
	go func() {
		defer close(watched)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				if cmd.Process != nil {
					most = max(most, memoryOf(cmd.Process.Pid))
				}
			}
		}
	}()
	r := testbed.Run(t, cmd)
	close(done)
	<-watched
	// Of the processor, so that others on the machine do not count; a hang fails in Run.
	if took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); took > mostTime {
		t.Errorf("took %v", took)
	}
	if most > mostMemory {
		t.Errorf("took %d KiB of memory", most)
	}
	return r
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// memoryOf returns the most that a process has had in memory, in KiB. What
// getrusage(2) says of a child includes that of the parent that forked it.
func memoryOf(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if !strings.HasPrefix(string(status), "Name:\tsidestep\n") {
		return 0 // not yet
	}
	if m := highWater.FindSubmatch(status); m != nil {
		n, _ := strconv.Atoi(string(m[1]))
		return n
	}
	return 0
}

// TestAccountFiles: /etc/passwd and /etc/group are the container's to make.
func TestAccountFiles(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	container := s.Run(t, testbed.Container{Rootfs: rootfs}) // runc reads these files too
	for name, c := range map[string]struct {
		make func(path string) error
		text string // of the error; "" when the file is one
	}{
		"FIFO":       {func(p string) error { return syscall.Mkfifo(p, 0o644) }, "not a regular file"},
		"directory":  {func(p string) error { return os.Mkdir(p, 0o755) }, "not a regular file"},
		"/dev/zero":  {func(p string) error { return os.Symlink("/dev/zero", p) }, "not a regular file"},
		"kernel log": {func(p string) error { return os.Symlink("/proc/kmsg", p) }, "kernel"},
		"environ":    {func(p string) error { return os.Symlink("/proc/1/environ", p) }, "kernel"},
		"magic link": {func(p string) error { return os.Symlink("/proc/1/root/etc/hostname", p) }, "symbolic links"},
		"device":     {func(p string) error { return syscall.Mknod(p, syscall.S_IFCHR|0o666, 1<<8|5) }, "not a regular file"},
		"sparse": {func(p string) error {
			return firstError(os.WriteFile(p, nil, 0o644), os.Truncate(p, 5<<30))
		}, "larger than"},
		"40 links": {func(p string) error { return chain(p, 41) }, "symbolic links"},
		"dense":    {func(p string) error { return fill(p, "", "a:x:1:1\n") }, ""},
		"members":  {func(p string) error { return fill(p, "a:x:1:", "a,") }, ""},
		"one line": {func(p string) error { return fill(p, "", "x") }, ""},
		"colons":   {func(p string) error { return fill(p, "", "x:") }, ""},
	} {
		for _, file := range []string{"passwd", "group"} {
			t.Run(name+" "+file, func(t *testing.T) {
				path := filepath.Join(rootfs, "etc", file)
				kept := path + ".kept"
				if err := firstError(os.Rename(path, kept), c.make(path)); err != nil {
					t.Fatal(err)
				}
				defer func() {
					if err := firstError(os.RemoveAll(path), os.Rename(kept, path)); err != nil {
						t.Error(err)
					}
				}()
				r := s.measured(t, "exec", "-u", "7", container.ID, "grep", "^Uid", "/proc/self/status") // id would read the files
				if c.text == "" {
					testbed.Equal(t, "ID", r.Stdout, "Uid:\t7\t7\t7\t7\n")
					return
				}
				testbed.ExpectFailure(t, r, 125, c.text, "")
			})
		}
	}
}

// fill makes a file of 10 MiB, which is all that is read, of one text.
func fill(path, begin, text string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	const size = 10 << 20
	chunk := strings.Repeat(text, 4096/len(text))
	written, err := f.WriteString(begin)
	for err == nil && written+len(chunk) <= size {
		_, err = f.WriteString(chunk)
		written += len(chunk)
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// chain makes so many links that lead to each other.
func chain(path string, links int) error {
	dir := filepath.Dir(path)
	next := "hostname"
	for n := range links - 1 {
		name := fmt.Sprintf("link%d", n)
		if err := os.Symlink(next, filepath.Join(dir, name)); err != nil && !os.IsExist(err) {
			return err
		}
		next = name
	}
	return os.Symlink(next, path)
}

// TestAccountsThatChange: while they are read.
func TestAccountsThatChange(t *testing.T) {
	s := newStage(t)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Args: []string{attackerPath, "change", "/etc/passwd"}})
	for range 20 {
		if r := s.measured(t, "exec", "-u", "dev", c.ID, "id", "-u"); r.Code != 0 && r.Code != 125 || r.Code == 0 && r.Stdout != "1000\n" {
			t.Errorf("%+v", r)
		}
	}
}

// TestSwappedLink: CVE-2018-15664. Wherever the container's link leads when it
// is looked at, a user of the host is none of the container.
func TestSwappedLink(t *testing.T) {
	s := newStage(t)
	host := filepath.Join(s.Dir, "passwd") // as the container calls it, if it could
	testbed.WriteFile(t, host, "hostonly:x:0:0::/:/bin/sh\n", 0o644)
	c := s.Run(t, testbed.Container{Rootfs: s.rootfs(t), Args: []string{
		attackerPath, "swap", "/etc/passwd", host, "../../../../../../../.." + host, "/proc/1/root" + host, "/proc/self/root" + host, "/etc/group",
	}})
	for range 60 {
		if r := s.Sidestep(t, "exec", "-u", "hostonly", c.ID, "id"); r.Code != 125 {
			t.Fatalf("a user of the host's: %+v", r)
		}
	}
}

// TestUserNumbers: CVE-2024-40635, CVE-2026-46680 and CVE-2026-30892. A number
// is that ID or an error, whatever names the image has for root.
func TestUserNumbers(t *testing.T) {
	s := newStage(t)
	rootfs := s.rootfs(t)
	var passwd, group strings.Builder
	for _, name := range []string{"4294967296", "99999999999", "4294967295", "-1", "+0", "1", "0x0", "18446744073709551616", "", " 1", "01"} {
		fmt.Fprintf(&passwd, "%s:x:0:0::/:/bin/sh\n", name)
		fmt.Fprintf(&group, "%s:x:0:\n", name)
	}
	testbed.WriteFile(t, filepath.Join(rootfs, "etc/passwd"), passwd.String(), 0o644)
	testbed.WriteFile(t, filepath.Join(rootfs, "etc/group"), group.String(), 0o644)
	c := s.Run(t, testbed.Container{Rootfs: rootfs})
	for user, want := range map[string]string{
		"0": "0:0", "1": "1:0", "01": "1:0", "1:2": "1:2", "1:1": "1:1", "2147483648": "2147483648:0", "4294967294": "4294967294:0", "7:4294967294": "7:4294967294",
	} {
		testbed.Equal(t, user, s.Output(t, "exec", "-u", user, c.ID, "sh", "-c", `echo "$(id -u):$(id -g)"`), want)
	}
	for _, user := range []string{
		"4294967295", "4294967296", "99999999999", "18446744073709551616", "-1", "+0", "1:4294967295", "1:4294967296", "1:-1", "1:99999999999", "1:", ":1", ":", "1:2:3",
	} {
		testbed.ExpectFailure(t, s.Sidestep(t, "exec", "-u", user, c.ID, "id"), 125, "", "")
	}
}
