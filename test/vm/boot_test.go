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
		{module: "apparmor", short: "TestBorn|TestLabels|TestDevices|TestPaused|TestSameAsRunc"},
		{module: "selinux", short: "TestLabels|TestSameAsRunc/label", policy: compilePolicy(t)},
	} {
		t.Run(m.module, func(t *testing.T) {
			t.Parallel()
			m.kernel, m.with, m.tests = kernel, with, []tests{{"differential", "-test.short -test.run " + m.short}}
			if os.Getenv("SIDESTEP_VM_ALL") != "" {
				m.tests = []tests{{"differential", ""}, {"containers", ""}}
			}
			m.run(t)
		})
	}
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
