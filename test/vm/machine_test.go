package vm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// machine is a virtual machine that runs tests.
type machine struct {
	kernel kernel
	with   accelerator
	module string // the security module in force
	policy string // SELinux's, compiled, or ""
	short  string // what -test.run takes of test/differential
	tests  []tests
}

// tests are those of a package that its flags say.
type tests struct{ pkg, flags string }

// run boots the machine and runs its tests as subtests.
func (m machine) run(t *testing.T) {
	dir := testbed.Dir(t)
	defer os.RemoveAll(dir)
	initramfs := m.build(t, dir)
	t.Logf("Linux %s, %s, by %s: %v", m.kernel.version, m.module, m.with.name, m.tests)

	ctx, cancel := context.WithTimeout(context.Background(), m.with.timeout)
	defer cancel()
	cmd := qemu(ctx, m.with, m.kernel, initramfs, "console=ttyS0 quiet panic=-1 rdinit=/init security="+m.module,
		"-serial", "file:"+filepath.Join(dir, "kernel.log"), "-serial", "stdio")
	console, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	runtime.LockOSThread() // the death signal is the thread's
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the machine: %v", err)
	}
	r := newReport(t.Output())
	r.read(console)
	err = cmd.Wait()
	if ctx.Err() != nil {
		err = fmt.Errorf("it had not finished after %v", m.with.timeout)
	}
	if err == nil && !r.finished {
		err = errors.New("it ended before its tests")
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "kernel.log"))
		t.Errorf("the machine: %v\n%s\nthe kernel's last words:\n%s", err, complaints.String(), log[max(0, len(log)-4000):])
	}
	for _, want := range []string{m.kernel.version, m.module, "cgroups 1 of v2, 0 of v1"} {
		if !strings.Contains(r.system, want) {
			t.Errorf("the machine has not %s: %q", want, r.system)
		}
	}
	r.tell(t, m.tests)
}

// build builds the machine's initramfs.
func (m machine) build(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "initramfs")
	a, err := newArchive(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.fill(t, a, dir); err != nil {
		t.Fatalf("build the initramfs: %v", err)
	}
	if err := a.close(); err != nil {
		t.Fatalf("build the initramfs: %v", err)
	}
	return path
}

func (m machine) fill(t *testing.T, a *archive, dir string) error {
	t.Helper()
	for _, link := range mergedDirs {
		a.directory("/usr" + link)
		a.symlink(link, "usr"+link)
	}
	for name, content := range map[string]string{
		"/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "/etc/group": "root:x:0:\ndocker:x:999:\n", "/etc/hostname": "machine\n",
		"/etc/hosts": "127.0.0.1 localhost\n", "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
	} {
		a.bytes(name, []byte(content), 0o644)
	}
	a.bytes("/init", []byte(initScript), 0o755)
	for _, program := range slices.Concat(testbed.Programs(), programs) {
		file, err := find(program)
		if err == nil {
			err = a.install(file)
		}
		if err != nil {
			return err
		}
	}
	if err := installApplets(a); err != nil {
		return err
	}
	for _, name := range []string{"containerd-v2.4.2/containerd", "containerd-v2.4.2/containerd-shim-runc-v2", "containerd-v2.4.2/ctr", "runc-v1.5.2/runc"} {
		if err := a.installAs("/vm/cache/"+name, filepath.Join(testbed.Cache(), name)); err != nil {
			return err
		}
	}
	if err := a.installAs("/usr/sbin/apparmor_parser", filepath.Join(packages(), "sbin/apparmor_parser")); err != nil {
		return err
	}
	if m.policy != "" {
		a.copy("/vm/policy", m.policy)
	}
	if err := m.kernel.installModules(a); err != nil {
		return err
	}
	return m.installTests(t, a, dir)
}

// installTests adds the tests, and the programs of this module that they use.
func (m machine) installTests(t *testing.T, a *archive, dir string) error {
	t.Helper()
	a.copy("/vm/programs/sidestep", testbed.Binary(t))
	for _, name := range []string{"probe", "caller", "confined"} {
		a.copy("/vm/programs/"+name, testbed.Build(t, dir, "test/differential/"+name))
	}
	var list strings.Builder
	for _, tests := range m.tests {
		a.copy("/vm/tests/"+tests.pkg+".test", testbed.BuildTests(t, dir, "test/"+tests.pkg))
		fmt.Fprintf(&list, "%s %s\n", tests.pkg, tests.flags)
	}
	a.bytes("/vm/list", []byte(list.String()), 0o644)
	return a.err
}

// installApplets makes busybox stand in for the programs that are not there.
func installApplets(a *archive) error {
	applets, err := exec.Command("busybox", "--list-full").Output()
	if err != nil {
		return fmt.Errorf("busybox --list-full: %w", err)
	}
	for applet := range strings.FieldsSeq(string(applets)) {
		if path := merged("/" + applet); !a.has[path] {
			a.symlink(path, "/bin/busybox")
		}
	}
	return a.err
}
