package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Podman makes containers without a daemon: conmon looks after each, and an OCI
// runtime starts it.
type Podman struct {
	Dir         string // of all that it keeps
	RuntimeRoot string // where the runtime keeps its states
	runtime     string
	scope       scope
}

// StartPodman returns a Podman that uses the runtime, runc or crun, and has an
// image of busybox named "busybox".
func StartPodman(t testing.TB, runtime string) *Podman {
	t.Helper()
	Require(t)
	for _, program := range []string{"podman", "conmon", runtime} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s (Debian package of the same name) is missing: run hack/test as root, it installs it", program)
		}
	}
	dir := bedDir(t)
	p := &Podman{Dir: dir, RuntimeRoot: filepath.Join(dir, "states"), runtime: runtime, scope: scopeOf(dir)}
	rootfs := (&Bed{Dir: dir}).Rootfs(t)
	t.Cleanup(func() {
		_ = p.command("rm", "--all", "--force", "--time", "0").Run()
		if err := p.scope.clean(-1); err != nil {
			t.Error(err)
		}
	})
	archive := filepath.Join(dir, "image.tar")
	if r := Run(t, exec.Command("tar", "--directory", rootfs, "--create", "--file", archive, ".")); r.Code != 0 {
		t.Fatalf("tar: %s", r.Stderr)
	}
	p.Output(t, "import", archive, image)
	return p
}

// command returns a command of Debian's podman. crun 1.8 starts no containers in
// the hybrid mode of cgroups, v1 and v2 both mounted, so it gets a mount
// namespace in which v2 is all that is seen.
func (p *Podman) command(args ...string) *exec.Cmd {
	all := p.Args(args...)
	if p.runtime == "crun" {
		all = append([]string{"unshare", "--mount", "sh", "-c", `mount -t cgroup2 none /sys/fs/cgroup && exec "$@"`, "sh"}, all...)
	}
	cmd := exec.Command(all[0], all[1:]...)
	cmd.Env = append(os.Environ(), "SIDESTEP_BED="+p.Dir)
	return cmd
}

// Args returns the arguments of a command of podman, the program's name first.
// It is without command's mount namespace, which exec does not need.
func (p *Podman) Args(args ...string) []string {
	return append([]string{
		"podman", "--root", filepath.Join(p.Dir, "storage"), "--runroot", filepath.Join(p.Dir, "run"), "--tmpdir", filepath.Join(p.Dir, "tmp"),
		"--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none",
		"--runtime", p.runtime, "--runtime-flag", "root=" + p.RuntimeRoot,
	}, args...)
}

// RuntimeArgs returns those of a command of the OCI runtime itself.
func (p *Podman) RuntimeArgs(args ...string) []string {
	return append([]string{p.runtime, "--root", p.RuntimeRoot}, args...)
}

// Output runs podman, which must succeed, and returns its output without the
// last newline.
func (p *Podman) Output(t testing.TB, args ...string) string {
	t.Helper()
	r := Run(t, p.command(args...))
	if r.Code != 0 {
		t.Fatalf("podman %s: exit code %d: %s", strings.Join(args, " "), r.Code, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// Run runs a container of the image that sleeps, and returns its full ID and
// the PID of its init.
func (p *Podman) Run(t testing.TB, flags ...string) (id string, pid int) {
	t.Helper()
	// The limits that it would give by itself may be above the test's own.
	args := append([]string{"run", "--detach", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"}, flags...)
	if p.runtime == "crun" { // the rest of its cgroups takes CAP_SYS_RESOURCE
		args = append(args, "--cgroups", "disabled")
	} else {
		args = append(args, "--cgroup-parent", filepath.Join(p.scope.cgroup(), "podman"))
	}
	id = p.Output(t, append(args, image, "/bin/sleep", "86400")...)
	pid, err := strconv.Atoi(p.Output(t, "inspect", "--format", "{{.State.Pid}}", id))
	if err != nil {
		t.Fatal(err)
	}
	return id, pid
}

// Command returns a command of sidestep that is told of no daemon.
func (p *Podman) Command(args ...string) *exec.Cmd {
	return exec.Command(binary(filepath.Dir(p.Dir)), args...)
}
