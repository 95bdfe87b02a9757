package differential

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// tool is a program that starts commands in containers.
type tool struct {
	name    string
	command func(c *subject, e execution, pidFile string, args []string) []string
}

// setting is where containers run and what starts commands in them.
type setting struct {
	bed    *testbed.Bed
	newest string // runc's path

	probe, caller, confined string // the paths of our own programs
	runc, debian, sidestep  tool
}

func newSetting(t *testing.T) *setting {
	t.Helper()
	newest := filepath.Join(testbed.Cache(), "runc-v1.5.2", "runc")
	if _, err := os.Stat(newest); err != nil {
		t.Fatalf("runc 1.5.2 is the referee: run hack/test as root, it builds %s", newest)
	}
	bed := testbed.Start(t, testbed.V2()) // it knows all of the newest specification
	build := func(name string) string { return testbed.Build(t, bed.Dir, "test/differential/"+name) }
	s := &setting{bed: bed, newest: newest, probe: build("probe"), caller: build("caller"), confined: build("confined")}
	s.runc = runcTool("runc", newest, bed.Dir)
	s.debian = runcTool("Debian's runc", "/usr/bin/runc", bed.Dir)
	s.sidestep = tool{name: "sidestep", command: func(c *subject, e execution, pidFile string, args []string) []string {
		flags := []string{"exec", "-i", "--pid-file", pidFile}
		if e.tty {
			flags = append(flags, "-t")
		}
		return slices.Concat([]string{testbed.Binary(t), "-a", bed.Address, "-n", c.Namespace,
			"--source", "containerd", "--timeout", "1m", "--connect-timeout", "1m"}, flags, e.sidestep, []string{c.ID}, args)
	}}
	return s
}

// runcTool returns runc as a tool. What its flags cannot say it gets as a file.
func runcTool(name, path, dir string) tool {
	return tool{name: name, command: func(c *subject, e execution, pidFile string, args []string) []string {
		flags := []string{"exec", "--pid-file", pidFile}
		if e.tty {
			flags = append(flags, "--tty")
		}
		flags = slices.Concat([]string{path, "--root", "/run/containerd/runc/" + c.Namespace}, flags, e.runc)
		if e.process == nil {
			return slices.Concat(flags, []string{c.ID}, args)
		}
		file := filepath.Join(dir, "process.json")
		c.writeProcess(file, e, args)
		return append(flags, "--process", file, c.ID)
	}}
}

// install copies a program into a container's root filesystem.
func install(t *testing.T, program, rootfs string) {
	t.Helper()
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	testbed.WriteFile(t, filepath.Join(rootfs, filepath.Base(program)), string(data), 0o755)
}

// environ is the environment of the tools: no more than they need.
func environ() []string {
	path := "PATH=" + testbed.Path
	for _, entry := range os.Environ() {
		if strings.HasPrefix(entry, "SIDESTEP_TESTBED=") { // by which the test bed finds what is left
			return []string{path, entry}
		}
	}
	return []string{path}
}
