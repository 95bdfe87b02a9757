package testbed

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// runVariable is the environment variable that tells the tests their run's
// directory, and that marks the processes that they start.
const runVariable = "SIDESTEP_TESTBED"

// runsDir holds the directories of runs. It is short because a path of a unix
// socket has at most 107 bytes, see unix(7).
const runsDir = "/tmp"

// runPattern matches the directories of runs, this one's and those of runs
// that were killed.
const runPattern = runsDir + "/ss-[0-9]*"

// newRun makes the directory of a run.
func newRun() (dir string, err error) {
	// As many digits as a PID has at most, so that no name begins another.
	dir = fmt.Sprintf("%s/ss-%07d", runsDir, os.Getpid())
	if err := os.Mkdir(dir, 0o711); err != nil {
		return "", fmt.Errorf("make the run's directory: %w", err)
	}
	return dir, nil
}

// runDir returns the directory of the run that the test belongs to.
func runDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv(runVariable)
	if dir == "" {
		t.Fatal("the package has no TestMain that calls testbed.Main")
	}
	return dir
}

// Dir makes a directory that goes with the run, however that ends. What a test
// starts with its path as an argument ends with the run too.
func Dir(t testing.TB) string {
	t.Helper()
	return bedDir(t)
}

// bedDir makes the directory of one more bed of the run.
func bedDir(t testing.TB) string {
	t.Helper()
	for n := 1; ; n++ {
		dir := filepath.Join(runDir(t), fmt.Sprintf("%03d", n))
		err := os.Mkdir(dir, 0o711)
		if err == nil {
			return dir
		}
		if !os.IsExist(err) {
			t.Fatal(err)
		}
	}
}
