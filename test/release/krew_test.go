package release

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// kubectl is what krew's validator calls to install the plugin for a platform.
// It installs from the archive that was built, which nobody has published.
const kubectl = `#!/bin/sh
test "$1" = krew && shift
exec %[1]q/krew "$@" --archive "$(echo %[2]q/kubectl-sidestep_*_"${KREW_OS}_$KREW_ARCH".[tz]*)"
`

// validate runs the check that a submission to krew's index has to pass:
// the manifest's structure, and an installation for each platform with a
// licence in it.
func validate(t *testing.T, dir string) {
	t.Helper()
	tools := filepath.Join(testbed.Cache(), "tools")
	if _, err := os.Stat(filepath.Join(tools, "validate-krew-manifest")); err != nil {
		t.Fatalf("%v: run hack/test, it builds it", err)
	}
	// krew wants the manifest to be called as the plugin.
	work := t.TempDir()
	manifest := filepath.Join(work, "sidestep.yaml")
	testbed.WriteFile(t, manifest, string(read(t, filepath.Join(dir, "krew.yaml"))), 0o644)
	testbed.WriteFile(t, filepath.Join(work, "kubectl"), fmt.Sprintf(kubectl, tools, dir), 0o755)
	cmd := exec.Command(filepath.Join(tools, "validate-krew-manifest"), "-manifest", manifest)
	cmd.Env = append(os.Environ(), "PATH="+work+":/usr/bin:/bin")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "all 6 spec.platforms installed fine") {
		t.Errorf("validate-krew-manifest: %v: %s", err, out)
	}

	// What the archive has is what it says: another one is refused.
	archives, err := filepath.Glob(filepath.Join(dir, "kubectl-sidestep_*_linux_amd64.tar.gz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("archives %q: %v", archives, err)
	}
	install := exec.Command(filepath.Join(tools, "krew"), "install", "--manifest", manifest, "--archive", archives[0])
	install.Env = append(os.Environ(), "KREW_ROOT="+work+"/krew", "KREW_OS=linux", "KREW_ARCH=arm64")
	if out, err := install.CombinedOutput(); err == nil || !strings.Contains(string(out), "checksum") {
		t.Errorf("krew took an archive with another checksum: %v: %s", err, out)
	}
}
