package hostile

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// watcher is a container whose init looks at whoever enters.
type watcher struct {
	spec func(*specs.Spec)
	// beside is whether it watches those who enter another container, in whose
	// PID namespace it is.
	beside bool
	// sees is what it must get to see, so that the test is one, and may is all
	// that it may get.
	sees, may string
}

// harmless is what a process that may trace all in its PID namespace gets of an
// executor: its image, directories of the container, and its pipes and socket.
const harmless = `^(exe /memfd:sidestep.*|cwd /|root /|fd (pipe|socket)|took (pipe|socket))$`

// TestWatched: CVE-2016-9962 and CVE-2016-8649. Sidestep is started with 20
// directories of the host.
func TestWatched(t *testing.T) {
	s := newStage(t)
	for name, w := range map[string]watcher{
		"own root":             {spec: func(*specs.Spec) {}, sees: "hidden", may: `^hidden$`},
		"tracer":               {spec: capable("CAP_SYS_PTRACE"), sees: "memfd", may: harmless},
		"tracer beside":        {spec: capable("CAP_SYS_PTRACE"), beside: true, sees: "memfd", may: harmless},
		"own user namespace":   {spec: nil, sees: "hidden", may: `^hidden$`},
		"host's PID namespace": {spec: hostPIDs(), sees: "hidden", may: `^hidden$`},
		// Others of the host's may run from a memfd too.
		"host's PIDs, a tracer": {spec: hostPIDs("CAP_SYS_PTRACE"), sees: "memfd:sidestep", may: `^(exe /memfd:.*|cwd /.*|root /|fd .*|took .*|hidden)$`},
	} {
		t.Run(name, func(t *testing.T) { s.watched(t, w) })
	}
}

// hostPIDs puts a container into the host's PID namespace.
func hostPIDs(names ...string) func(*specs.Spec) {
	return func(s *specs.Spec) {
		testbed.WithoutNamespace(s, specs.PIDNamespace)
		s.Process.Env = append(s.Process.Env, "HOST_PIDS=1")
		capable(names...)(s)
	}
}

func (s stage) watched(t *testing.T, w watcher) {
	rootfs := s.rootfs(t)
	if w.spec == nil {
		w.spec = ownUsers(t, rootfs)
	}
	container := testbed.Container{Rootfs: rootfs, Spec: w.spec, Args: []string{attackerPath, "watch", "/log"}}
	var entered *testbed.Container
	if w.beside {
		entered = s.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
		container.Spec = func(spec *specs.Spec) {
			w.spec(spec)
			joinPIDs(spec, entered)
		}
	}
	c := s.Run(t, container)
	if entered == nil {
		entered = c
	}
	defer c.Ctr(t, "task", "delete", "--force", c.ID) // it takes a processor
	dirs := openDirs(t, 20)
	var seen string
	for n := 0; n < 3 || n < 40 && !strings.Contains(seen, w.sees); n++ {
		cmd := s.slowly("setsid", "exec", entered.ID, "/bin/true")
		cmd.ExtraFiles = dirs
		if r := testbed.Run(t, cmd); r.Code != 0 {
			t.Fatalf("%+v", r)
		}
		data, _ := os.ReadFile(filepath.Join(c.Rootfs, "log"))
		seen = string(data)
	}
	if !strings.Contains(seen, w.sees) {
		t.Errorf("it saw too little for a test: %q", seen)
	}
	may := regexp.MustCompile(w.may)
	for line := range strings.Lines(seen) {
		if !may.MatchString(strings.TrimSuffix(line, "\n")) {
			t.Errorf("it got %s", line)
		}
	}
}

// joinPIDs puts a container into the PID namespace of another one.
func joinPIDs(spec *specs.Spec, other *testbed.Container) {
	testbed.WithoutNamespace(spec, specs.PIDNamespace)
	spec.Linux.Namespaces = append(spec.Linux.Namespaces, specs.LinuxNamespace{Type: specs.PIDNamespace, Path: other.Proc("ns/pid")})
}

// openDirs opens a directory of the host n times, until the test ends.
func openDirs(t *testing.T, n int) []*os.File {
	t.Helper()
	var dirs []*os.File
	for range n {
		dir, err := os.Open("/")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = dir.Close() })
		dirs = append(dirs, dir)
	}
	return dirs
}
