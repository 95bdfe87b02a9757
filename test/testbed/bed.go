package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Bed is a private containerd.
type Bed struct {
	Flavour Flavour
	Address string // the path of its gRPC socket
	Dir     string // the bed's directory; what tests make there goes with the bed
	PID     int    // of the daemon
	Runc    string // a link to runc, for containers whose runtime a test breaks

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
	b := newBed(t, flavour)
	b.Restart(t)
	return b
}

// StartSmall starts a containerd as Start does, whose state directory is a
// file system of its own with room for size bytes and for files.
func StartSmall(t testing.TB, flavour Flavour, size, files int) *Bed {
	t.Helper()
	b := newBed(t, flavour)
	if err := os.Mkdir(b.State(), 0o711); err != nil {
		t.Fatal(err)
	}
	options := fmt.Sprintf("mode=711,size=%d,nr_inodes=%d", size, files)
	if err := syscall.Mount("tmpfs", b.State(), "tmpfs", 0, options); err != nil {
		t.Fatalf("mount a tmpfs on %s: %v", b.State(), err)
	}
	b.Restart(t)
	return b
}

// newBed makes the directory of a bed and what is in it before its daemon
// starts.
func newBed(t testing.TB, flavour Flavour) *Bed {
	t.Helper()
	Require(t)
	flavour.program(t, "containerd-shim-runc-v2")
	dir := bedDir(t)
	b := &Bed{
		Flavour: flavour, Dir: dir, scope: scopeOf(dir),
		Address: filepath.Join(dir, "c.sock"), Runc: filepath.Join(dir, "runc"),
	}
	t.Cleanup(func() { b.stop(t) })
	if err := os.WriteFile(b.configFile(), fmt.Appendf(nil, config, dir, b.Address, flavour.config), 0o600); err != nil {
		t.Fatal(err)
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(runc, b.Runc); err != nil {
		t.Fatal(err)
	}
	return b
}

// State returns the daemon's state directory.
func (b *Bed) State() string { return filepath.Join(b.Dir, "state") }

// Root returns the daemon's root directory.
func (b *Bed) Root() string { return filepath.Join(b.Dir, "root") }

func (b *Bed) configFile() string { return filepath.Join(b.Dir, "config.toml") }

// CtrCommand returns a command of the flavour's own ctr. It needs no test, so
// that it can be asked again and again.
func (b *Bed) CtrCommand(args ...string) *exec.Cmd {
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
	r := Run(t, b.CtrCommand(args...))
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

// Own returns the bed's own processes, with those that were told its address.
func (b *Bed) Own() []Process { return b.scope.processes() }

// CgroupDirs returns the directories of the cgroups of the bed's containers, in
// every hierarchy.
func (b *Bed) CgroupDirs() []string { return b.scope.cgroups() }
