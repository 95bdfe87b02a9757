package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// buildSidestep builds the binary under test into the run's directory, static
// as it is released.
func buildSidestep(dir string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	build := exec.Command("go", "build", "-trimpath", "-o", binary(dir), "./cmd/sidestep")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build sidestep: %w\n%s", err, out)
	}
	return nil
}

// binary returns the path of the run's sidestep.
func binary(dir string) string { return filepath.Join(dir, "bin", "sidestep") }

// moduleRoot returns the directory of go.mod. Tests run in the directory of
// their package.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == "/" {
			return "", fmt.Errorf("find the module's root: no go.mod above the working directory")
		}
	}
}
