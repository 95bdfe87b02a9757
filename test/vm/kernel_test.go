package vm

import (
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// kernel is an unpacked package of Debian's.
type kernel struct{ image, modules, version string }

// packages is where hack/test unpacks the packages that only the machine needs.
func packages() string { return filepath.Join(testbed.Cache(), "vm") }

func findKernel(t *testing.T) kernel {
	t.Helper()
	images, _ := filepath.Glob(filepath.Join(packages(), "boot/vmlinuz-*"))
	if len(images) != 1 {
		t.Fatalf("%d kernels in %s: run hack/test as root, it unpacks one", len(images), packages())
	}
	version := strings.TrimPrefix(filepath.Base(images[0]), "vmlinuz-")
	return kernel{images[0], filepath.Join(packages(), "lib/modules", version), version}
}

// modules are those that the tests and Docker use. Others are built in, or
// not missed.
var modules = []string{"overlay", "bridge", "veth", "fuse", "dummy"}

// installModules adds the modules with those that they need, and lists them in
// the order in which they are loaded.
func (k kernel) installModules(a *archive) error {
	out, err := exec.Command("busybox", "depmod", "-n", "-b", packages(), k.version).Output()
	if err != nil {
		return fmt.Errorf("busybox depmod: %w", err)
	}
	needs := map[string][]string{} // by name: its file and those of what it needs
	for line := range strings.Lines(string(out)) {
		if file, others, ok := strings.Cut(line, ".ko:"); ok {
			needs[path.Base(file)] = append([]string{file + ".ko"}, strings.Fields(others)...)
		}
	}
	var order []string
	for _, name := range modules {
		files, ok := needs[name]
		if !ok {
			return fmt.Errorf("the kernel %s has no module %s", k.version, name)
		}
		for i := len(files) - 1; i >= 0; i-- {
			to := "/vm/modules/" + path.Base(files[i])
			if !a.has[to] {
				order = append(order, to)
			}
			a.copy(to, filepath.Join(k.modules, files[i]))
		}
	}
	a.bytes("/vm/modules/order", []byte(strings.Join(order, "\n")+"\n"), 0o644)
	return a.err
}
