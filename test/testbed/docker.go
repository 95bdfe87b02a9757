package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dockerTimeout bounds how long dockerd takes until it answers.
const dockerTimeout = 40 * time.Second

// image is the name of the image that every Docker daemon of a bed has.
const image = "busybox"

// Docker is a Docker daemon.
type Docker struct {
	Host string // for docker -H
	PID  int    // of the daemon
	bed  *Bed
}

// StartDocker starts a Docker daemon on the bed's containerd, with an image of
// busybox named "busybox". flags are further ones of dockerd.
func (b *Bed) StartDocker(t testing.TB, flags ...string) *Docker {
	t.Helper()
	return b.startDocker(t, append([]string{"--containerd", b.Address}, flags...)...)
}

// StartDockerAlone starts a Docker daemon that starts a containerd of its own,
// as Docker does where no containerd runs, and returns it with a bed whose
// address is that containerd's. It has the Debian flavour's programs.
func StartDockerAlone(t testing.TB) (*Bed, *Docker) {
	t.Helper()
	Require(t)
	dir := bedDir(t)
	b := &Bed{
		Flavour: Debian(), Dir: dir, scope: scopeOf(dir),
		Address: filepath.Join(dir, "docker", "exec", "containerd", "containerd.sock"),
	}
	t.Cleanup(func() { b.stop(t) })
	return b, b.startDocker(t)
}

func (b *Bed) startDocker(t testing.TB, flags ...string) *Docker {
	t.Helper()
	for _, program := range []string{"/usr/sbin/dockerd", "/usr/bin/docker"} {
		if _, err := os.Stat(program); err != nil {
			t.Fatalf("%s (Debian package docker.io) is missing: run hack/test as root, it installs it", program)
		}
	}
	dir := filepath.Join(b.Dir, "docker")
	WriteFile(t, filepath.Join(dir, "daemon.json"), "{}\n", 0o600) // not the host's
	d := &Docker{Host: "unix://" + filepath.Join(dir, "d.sock"), bed: b}
	cmd := exec.Command("/usr/sbin/dockerd", append([]string{
		"--config-file", filepath.Join(dir, "daemon.json"),
		"--host", d.Host,
		"--data-root", filepath.Join(dir, "data"),
		"--exec-root", filepath.Join(dir, "exec"),
		"--pidfile", filepath.Join(dir, "pid"),
		"--bridge", b.scope.makeBridge(t),
		"--cgroup-parent", filepath.Join(b.scope.cgroup(), "docker"),
		// Ports are published by docker-proxy alone, so that the host's
		// packet filter and its forwarding stay as they are.
		"--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false",
	}, flags...)...)
	cmd.Env = b.environ()
	d.PID = startDaemon(t, cmd, filepath.Join(b.Dir, "dockerd.log"))
	Eventually(t, dockerTimeout, "dockerd answers", func() bool {
		return d.Command("version").Run() == nil
	})
	d.importImage(t)
	return d
}

func (d *Docker) importImage(t testing.TB) {
	t.Helper()
	archive := filepath.Join(d.bed.Dir, "image.tar")
	if r := Run(t, exec.Command("tar", "--directory", d.bed.Rootfs(t), "--create", "--file", archive, ".")); r.Code != 0 {
		t.Fatalf("tar: %s", r.Stderr)
	}
	d.Output(t, "import", archive, image)
}

// Command returns a command of Debian's docker.
func (d *Docker) Command(args ...string) *exec.Cmd {
	return exec.Command("/usr/bin/docker", append([]string{"--host", d.Host}, args...)...)
}

// Output runs docker, which must succeed, and returns its output without the
// last newline.
func (d *Docker) Output(t testing.TB, args ...string) string {
	t.Helper()
	r := Run(t, d.Command(args...))
	if r.Code != 0 {
		t.Fatalf("docker %s: exit code %d: %s", strings.Join(args, " "), r.Code, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// Run runs a container of the image with docker run -d, and returns its full
// ID.
func (d *Docker) Run(t testing.TB, args ...string) string {
	t.Helper()
	return d.Output(t, append([]string{"run", "--detach"}, args...)...)
}

// InitPID returns the PID of a container's init on the host.
func (d *Docker) InitPID(t testing.TB, container string) int {
	t.Helper()
	pid, err := strconv.Atoi(d.Output(t, "inspect", "--format", "{{.State.Pid}}", container))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
