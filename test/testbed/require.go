package testbed

import (
	"maps"
	"os"
	"os/exec"
	"slices"
	"testing"
)

// programs are what the beds need besides the flavours' own, by the Debian
// package that has them.
var programs = map[string]string{
	"busybox": "busybox-static",
	"ip":      "iproute2",
	"nsenter": "util-linux",
	"runc":    "runc",
	"setpriv": "util-linux",
	"strace":  "strace",
	"unshare": "util-linux",
}

// Programs returns the names of the programs that Require looks for.
func Programs() []string { return slices.Sorted(maps.Keys(programs)) }

// Require ends the test with a message unless it runs as root and finds the
// programs it needs. A missing prerequisite is a failure, not a skip.
func Require(t testing.TB) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test makes containers: run hack/test as root")
	}
	for program, pkg := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s (Debian package %s) is missing: run hack/test as root, it installs it", program, pkg)
		}
	}
}
