package bench

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

var quick = flag.Bool("quick", false, "few rounds and containers")

// world is what the measurements share.
type world struct {
	report
	rounds   int
	sidestep string // the binary, built as it is released
	newest   string // runc
	bed      *testbed.Bed
	plain    *testbed.Container // of the newest runc
}

func newWorld(b *testing.B) *world {
	b.Helper()
	w := &world{rounds: 100, newest: filepath.Join(testbed.Cache(), "runc-v1.5.2", "runc")}
	if *quick {
		w.rounds = 15
	}
	w.sidestep = w.build(b, "sidestep", "../../cmd/sidestep")
	w.bed = testbed.Start(b, testbed.V2())
	if err := os.Setenv("CONTAINERD_ADDRESS", w.bed.Address); err != nil {
		b.Fatal(err)
	}
	w.plain = w.container(b, w.bed)
	return w
}

// build builds a program as it is released.
func (w *world) build(b *testing.B, name string, pkg string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", "urfave_cli_no_docs", "-ldflags", "-s -w", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %s: %v: %s", pkg, err, out)
	}
	install(b, path)
	return path
}

// install replaces a program by a copy of it, as an archive or a package makes
// one. The linker writes through a mapping, page by page, and so the file stays in
// the page cache; of one that was written at a stretch large pieces are mapped at
// once, and it starts faster.
func install(b *testing.B, path string) {
	b.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.Remove(path)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// container runs a container with a name, a pod, and the newest runc.
func (w *world) container(b *testing.B, bed *testbed.Bed, flags ...string) *testbed.Container {
	b.Helper()
	id := fmt.Sprintf("%08x%056x", len(w.sections)+1+1000*len(flags), os.Getpid())
	suffix := strings.Join(flags, "") // of a second one beside it
	return bed.Run(b, testbed.Container{
		ID: id, Flags: append(flags[:len(flags):len(flags)], "--env", "PATH="+testbed.Path, "--env", "HOME=/root", "--runc-binary", w.newest),
		Labels: map[string]string{
			"nerdctl/name": "web" + suffix, "io.kubernetes.pod.namespace": "ns-a",
			"io.kubernetes.pod.name": "pod" + suffix, "io.kubernetes.container.name": "main",
		},
	})
}

func nsenter(pid int) tool {
	return tool{"nsenter -a", []string{"nsenter", "-t", strconv.Itoa(pid), "-a", "true"}}
}

func (w *world) exec(reference string) tool {
	return tool{"sidestep exec", []string{w.sidestep, "exec", reference, "true"}}
}

func runc(name, path, root, id string) tool {
	return tool{name, []string{path, "--root", root, "exec", id, "true"}}
}

// ctrExec runs ctr task exec, which needs another exec ID each time.
func ctrExec(name, ctr, address, namespace, id, dir string) tool {
	line := fmt.Sprintf("exec %s --address %s --namespace %s task exec --fifo-dir %s/fifos --exec-id e$$ %s true", ctr, address, namespace, dir, id)
	return tool{name, []string{"/bin/sh", "-c", line}}
}

// head says on what machine, with what versions.
func (w *world) head() string {
	var b strings.Builder
	kernel, _ := output("uname", "-srm")
	fmt.Fprintf(&b, "Made by `hack/bench` on %s, %d CPUs, %s. ", kernel, runtime.NumCPU(), runtime.Version())
	fmt.Fprintf(&b, "%d rounds; in each, every tool runs once, one after the other, in an order that changes.\n\n", w.rounds)
	for _, version := range [][]string{
		{"nsenter", "--version"}, {w.newest, "--version"}, {"/usr/sbin/runc", "--version"}, {"/usr/bin/ctr", "--version"},
		{filepath.Join(testbed.Cache(), "containerd-v2.4.2", "ctr"), "--version"}, {"/usr/bin/docker", "--version"},
		{"crun", "--version"}, {"podman", "--version"},
	} {
		out, err := output(version...)
		line, _, _ := strings.Cut(out, "\n")
		if err != nil {
			line = filepath.Base(version[0]) + ": not installed"
		}
		fmt.Fprintf(&b, "- %s\n", line)
	}
	if info, err := os.Stat(w.sidestep); err == nil {
		fmt.Fprintf(&b, "- sidestep, stripped: %.1f MB\n", float64(info.Size())/1e6)
	}
	return b.String()
}
