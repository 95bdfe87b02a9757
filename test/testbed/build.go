package testbed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// programsVariable is the environment variable that names a directory of
// programs that were built before: where the tests run may be no Go.
const programsVariable = "SIDESTEP_PROGRAMS"

// binaryVariable is the environment variable that names a sidestep to test
// instead of the one that the tree makes: one without a guard, say.
const binaryVariable = "SIDESTEP_BINARY"

// buildSidestep builds the binary under test into the run's directory.
func buildSidestep(dir string) error {
	if given := os.Getenv(binaryVariable); given != "" {
		return copyProgram(given, binary(dir))
	}
	return build(binary(dir), "cmd/sidestep")
}

// Build builds a program of this module into a directory, static as sidestep
// is released so that it runs in any container, and returns its path.
func Build(t testing.TB, dir, pkg string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.Base(pkg))
	if err := build(path, pkg); err != nil {
		t.Fatal(err)
	}
	return path
}

func build(path, pkg string) error {
	if dir := os.Getenv(programsVariable); dir != "" {
		return copyProgram(filepath.Join(dir, filepath.Base(pkg)), path)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	return goTool(root, "build", "-trimpath", "-o", path, "./"+pkg)
}

// BuildTests builds the tests of a package of this module into a directory and
// returns the path of the program that runs them.
func BuildTests(t testing.TB, dir, pkg string) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filepath.Base(pkg)+".test")
	if err := goTool(root, "test", "-c", "-trimpath", "-vet=off", "-o", path, "./"+pkg); err != nil {
		t.Fatal(err)
	}
	return path
}

func goTool(root string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
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

func copyProgram(from, to string) error {
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, data, 0o755)
	}
	if err != nil {
		return fmt.Errorf("take a program that was built before: %w", err)
	}
	return nil
}
