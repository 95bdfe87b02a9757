package vm

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

//go:embed init.sh
var initScript string

// TestMachines boots the machines side by side.
func TestMachines(t *testing.T) {
	kernel := findKernel(t)
	with := chooseAccelerator(t, kernel)
	for _, m := range []machine{
		{module: "apparmor"},
		{module: "selinux", policy: compilePolicy(t)},
	} {
		t.Run(m.module, func(t *testing.T) {
			t.Parallel()
			m.kernel, m.with, m.tests = kernel, with, list(with)
			m.run(t)
		})
	}
}

// list is what the machines run. An emulated one gets what the host's kernel
// cannot show, in its shortest form.
func list(with accelerator) []tests {
	if with.name == kvm.name || os.Getenv("SIDESTEP_VM_ALL") != "" {
		return []tests{{"differential", ""}, {"containers", ""}}
	}
	return []tests{{"differential", "-test.short -test.run TestLabels|TestDevices|TestPaused|TestSameAsRunc"}}
}

// compilePolicy compiles the SELinux policy of the machine.
func compilePolicy(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy")
	out, err := exec.Command(filepath.Join(packages(), "usr/bin/secilc"), "-o", path, "-f", "/dev/null", "policy.cil").CombinedOutput()
	if err != nil {
		t.Fatalf("secilc: %v: %s", err, out)
	}
	return path
}
