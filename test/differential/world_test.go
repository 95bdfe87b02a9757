package differential

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// shift is the host's number of the user and group 0 of a container with a
// user namespace of its own.
const shift = 100000

// world is what the containers need of each other.
type world struct {
	setting         *setting
	rootfs, shifted string
	neighbour       *testbed.Container  // whose namespaces others share
	profile         *specs.LinuxSeccomp // containerd's default
	agent           *agent
}

// subject is a container that commands are started in.
type subject struct {
	*testbed.Container
	spec *specs.Spec
}

func newWorld(t *testing.T, s *setting) *world {
	t.Helper()
	w := &world{setting: s, rootfs: rootfs(t, s), shifted: rootfs(t, s), agent: newAgent(t, s.bed.Dir)}
	err := filepath.WalkDir(w.shifted, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, shift, shift)
	})
	if err != nil {
		t.Fatal(err)
	}
	w.neighbour = s.bed.Run(t, testbed.Container{Rootfs: w.rootfs, Spec: func(spec *specs.Spec) {
		spec.Hostname = "neighbour"
	}})
	w.profile = defaultProfile(t, s.bed)
	makeLabels(t, w.rootfs, w.shifted)
	// What starts runc is a shim, from which its commands have the OOM score.
	score, err := os.ReadFile(w.neighbour.Proc("oom_score_adj"))
	if err == nil {
		err = os.WriteFile("/proc/self/oom_score_adj", score, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// defaultProfile has ctr generate containerd's default seccomp profile.
func defaultProfile(t *testing.T, bed *testbed.Bed) *specs.LinuxSeccomp {
	t.Helper()
	c := bed.Run(t, testbed.Container{Flags: []string{"--seccomp"}})
	var record struct{ Spec specs.Spec }
	if err := json.Unmarshal([]byte(c.Ctr(t, "container", "info", c.ID)), &record); err != nil {
		t.Fatal(err)
	}
	if record.Spec.Linux == nil || record.Spec.Linux.Seccomp == nil {
		t.Fatal("ctr run --seccomp: no profile in the container's spec")
	}
	return record.Spec.Linux.Seccomp
}

// run runs a container of the configuration, made by the newest runc.
func (w *world) run(t *testing.T, configuration configuration) *subject {
	t.Helper()
	s := &subject{}
	root := w.rootfs
	for _, v := range configuration.variants {
		if v.shifted {
			root = w.shifted
		}
	}
	s.Container = w.setting.bed.Run(t, testbed.Container{
		Rootfs: root, Flags: []string{"--runc-binary", w.setting.newest},
		Spec: func(spec *specs.Spec) {
			for _, v := range configuration.variants {
				if v.spec != nil {
					v.spec(spec, w)
				}
			}
			s.spec = spec
		},
	})
	for _, v := range configuration.variants {
		if v.after != nil {
			v.after(t, s.Container)
		}
	}
	return s
}

// remove ends the container, so that few are there at a time.
func (s *subject) remove(t *testing.T) {
	t.Helper()
	s.Ctr(t, "task", "delete", "--force", s.ID)
	s.Ctr(t, "container", "delete", s.ID)
}

// writeProcess writes what runc exec is to start as a file.
func (s *subject) writeProcess(path string, e execution, args []string) {
	process := *s.spec.Process
	process.Terminal, process.Args = e.tty, args
	e.process(&process)
	data, err := json.Marshal(process)
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		panic(err) // the test's own file
	}
}
