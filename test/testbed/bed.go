package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startTimeout bounds how long a daemon takes until it answers.
const startTimeout = 20 * time.Second

// Bed is a private containerd.
type Bed struct {
	Flavour Flavour
	Address string // the path of its gRPC socket
	Dir     string // the bed's directory; what tests make there goes with the bed
	PID     int    // of the daemon

	scope scope
}

// config is the daemon's configuration. Without oom_score the daemon would ask
// for one that takes CAP_SYS_RESOURCE.
const config = `version = 2
root = "%[1]s/root"
state = "%[1]s/state"
oom_score = 0
%[3]s

[grpc]
  address = "%[2]s"

[ttrpc]
  address = "%[1]s/ttrpc.sock"
`

// Start starts a containerd, and removes it and all its containers when the
// test ends.
func Start(t testing.TB, flavour Flavour) *Bed {
	t.Helper()
	Require(t)
	daemon := flavour.program(t, "containerd")
	flavour.program(t, "containerd-shim-runc-v2")
	dir := bedDir(t)
	b := &Bed{Flavour: flavour, Address: filepath.Join(dir, "c.sock"), Dir: dir, scope: scopeOf(dir)}
	t.Cleanup(func() { b.stop(t) })

	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, fmt.Appendf(nil, config, dir, b.Address, flavour.config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(daemon, "--config", file)
	cmd.Env = b.environ()
	b.PID = startDaemon(t, cmd, filepath.Join(dir, "containerd.log"))
	Eventually(t, startTimeout, "containerd answers", func() bool {
		return b.ctr("version").Run() == nil
	})
	return b
}

// ctr returns a command of the flavour's own ctr. It needs no test, so that it
// can be asked again and again.
func (b *Bed) ctr(args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(b.Flavour.dir, "ctr"), append([]string{"--address", b.Address}, args...)...)
	cmd.Env = b.Flavour.environ()
	return cmd
}

// environ returns the environment of the bed's daemons. What they start is the
// bed's too, such as docker-proxy.
func (b *Bed) environ() []string { return append(b.Flavour.environ(), "SIDESTEP_BED="+b.Dir) }

// Ctr runs the flavour's own ctr, which must succeed, and returns its output
// without the last newline.
func (b *Bed) Ctr(t testing.TB, args ...string) string {
	t.Helper()
	r := Run(t, b.ctr(args...))
	if r.Code != 0 {
		t.Fatalf("ctr %s: exit code %d: %s", strings.Join(args, " "), r.Code, r.Stderr)
	}
	return strings.TrimSuffix(r.Stdout, "\n")
}

// stop ends all that the bed started. A sidestep that is still there is a
// failure of the test.
func (b *Bed) stop(t testing.TB) {
	for _, p := range b.scope.processes() {
		if p.Comm == "sidestep" && p.State != 'Z' {
			t.Errorf("left running: %v", p)
		}
	}
	if t.Failed() {
		logComplaints(t, filepath.Join(b.Dir, "containerd.log"))
		logComplaints(t, filepath.Join(b.Dir, "dockerd.log"))
	}
	if err := b.scope.clean(-1); err != nil {
		t.Error(err)
	}
}

// Processes returns all processes of the run: those of the bed, and whatever
// else the tests started.
func (b *Bed) Processes() []Process { return scopeOf(filepath.Dir(b.Dir)).processes() }

// CgroupDirs returns the directories of the cgroups of the bed's containers, in
// every hierarchy.
func (b *Bed) CgroupDirs() []string { return b.scope.cgroups() }
