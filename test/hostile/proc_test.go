package hostile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// after runs a container that may mount, and waits until its script has run.
func (s stage) after(t *testing.T, script string) *testbed.Container {
	t.Helper()
	c := s.Run(t, testbed.Container{
		Rootfs: s.rootfs(t), Args: []string{"/bin/sh", "-ec", script + "\n: >/ready; exec sleep 86400"},
		Spec: func(spec *specs.Spec) {
			spec.Linux.MaskedPaths, spec.Linux.ReadonlyPaths = nil, nil
			capable("CAP_SYS_ADMIN")(spec)
		},
	})
	testbed.Eventually(t, 10*time.Second, "the container is as its script wants it", func() bool {
		return exists(filepath.Join(c.Rootfs, "ready"))
	})
	return c
}

// decoys is a /proc of files into which a write that was meant for the kernel
// could go, and of links that would make another write of it.
const decoys = `umount -l /proc; mount -t tmpfs none /proc
for d in self thread-self 1; do mkdir -p /proc/$d/attr/apparmor /proc/$d/fd /proc/$d/task
	for f in attr/exec attr/current attr/keycreate attr/apparmor/exec oom_score_adj uid_map gid_map setgroups loginuid; do : >/proc/$d/$f; done
done; mkdir -p /proc/sys/kernel; : >/proc/sysrq-trigger; : >/proc/sys/kernel/core_pattern
ln -sf /proc/sysrq-trigger /proc/self/attr/exec`

// TestFakeProc: CVE-2019-19921, CVE-2019-16884 and CVE-2025-52881. What a
// container has put at its /proc gets no write, and does not matter.
func TestFakeProc(t *testing.T) {
	s := newStage(t)
	pattern, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"decoys":   decoys,
		"over":     "for f in uid_map status environ; do mount --bind /proc/uptime /proc/1/$f; done; mount --bind /proc/sys/kernel/core_pattern /proc/1/oom_score_adj",
		"hidepid":  "mount -o remount,hidepid=2 /proc || { umount -l /proc; mount -t proc -o hidepid=2 proc /proc; }",
		"unmount":  "umount -l /proc",
		"readonly": "mount -o remount,ro /proc",
	} {
		t.Run(name, func(t *testing.T) {
			c := s.after(t, script)
			testbed.Equal(t, "id", s.Output(t, "exec", "-u", "dev", c.ID, "id", "-u"), "1000")
			testbed.Equal(t, "terminal", s.Output(t, "exec", "-t", c.ID, "sh", "-c", "test -t 0 && echo yes"), "yes\r")
			if name == "decoys" {
				out := s.Output(t, "exec", c.ID, "find", "/proc", "-type", "f", "-size", "+0")
				testbed.Equal(t, "decoys that were written to", out, "")
			}
			now, _ := os.ReadFile("/proc/sys/kernel/core_pattern")
			testbed.Equal(t, "core_pattern", string(now), string(pattern))
		})
	}
}

// TestReplacedTerminal: CVE-2025-52565. Nothing that the container has put in
// the place of the terminals' multiplexer is opened, let alone waited for.
func TestReplacedTerminal(t *testing.T) {
	s := newStage(t)
	const replace = "umount -l /dev/pts; mount -t tmpfs none /dev/pts; "
	for name, script := range map[string]string{
		"FIFO":          replace + "mkfifo /dev/pts/ptmx; (cat /dev/pts/ptmx; : >/opened) &",
		"link to FIFO":  replace + "mkfifo /fifo; ln -s /fifo /dev/pts/ptmx; (cat /fifo; : >/opened) &",
		"link":          replace + "ln -s /dev/ptmx /dev/pts/ptmx",
		"memory":        replace + "ln -s /proc/1/mem /dev/pts/ptmx",
		"null":          replace + "mknod /dev/pts/ptmx c 1 3",
		"another pts":   "mkfifo /fifo; mount --bind /fifo /dev/pts/ptmx; (cat /fifo; : >/opened) &",
		"same number":   replace + "mknod /dev/pts/ptmx c 5 2",
		"nothing":       "umount -l /dev/pts",
		"regular":       replace + ": >/dev/pts/ptmx",
		"a loop":        "umount -l /dev/pts; rmdir /dev/pts; ln -s /dev/pts /dev/pts",
		"fd of another": replace + "ln -s /proc/self/fd/0 /dev/pts/ptmx",
	} {
		t.Run(name, func(t *testing.T) {
			c := s.after(t, script)
			begun := time.Now()
			r := s.Sidestep(t, "exec", "-t", c.ID, "true")
			testbed.ExpectFailure(t, r, 125, "terminal", "")
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			time.Sleep(100 * time.Millisecond)
			if exists(filepath.Join(c.Rootfs, "opened")) {
				t.Error("the FIFO was opened")
			}
			s.Output(t, "exec", c.ID, "true")
		})
	}
	// /dev/ptmx is the container's own affair, and so is what else is a devpts.
	c := s.after(t, "rm /dev/ptmx; mkfifo /dev/ptmx; umount -l /dev/pts; mount -t devpts -o newinstance none /dev/pts")
	if out := s.Output(t, "exec", "-t", c.ID, "tty"); !strings.HasPrefix(out, "/dev/pts/0") {
		t.Errorf("tty: %q", out)
	}
}

// TestReplacedNull: what a container has put in the place of its null device
// is not what a detached command writes to.
func TestReplacedNull(t *testing.T) {
	s := newStage(t)
	for name, script := range map[string]string{
		"FIFO": "rm /dev/null; mkfifo /dev/null; (cat /dev/null; : >/opened) &", "link": "rm /dev/null; ln -s zero /dev/null",
		"zero": "rm /dev/null; mknod /dev/null c 1 5", "nothing": "rm /dev/null",
	} {
		t.Run(name, func(t *testing.T) {
			c := s.after(t, script)
			testbed.ExpectFailure(t, s.Sidestep(t, "exec", "-d", c.ID, "sleep", "1"), 125, "null", "")
			if exists(filepath.Join(c.Rootfs, "opened")) {
				t.Error("the FIFO was opened")
			}
		})
	}
}
