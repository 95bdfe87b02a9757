package containers

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestDescriptors: a command has descriptors 0, 1 and 2, whatever sidestep
// itself was started with.
func TestDescriptors(t *testing.T) {
	testbed.Each(t, func(t *testing.T, bed *testbed.Bed) {
		c := bed.Run(t, testbed.Container{})
		for _, flags := range [][]string{nil, {"-i"}, {"-t"}} {
			for _, inherited := range [][]*os.File{nil, openDirs(t, 20)} {
				args := append(append([]string{"exec"}, flags...), c.ID, "/bin/ls", "-l", "/proc/self/fd")
				cmd := bed.Command(args...)
				cmd.ExtraFiles = inherited
				expectStdio(t, testbed.Run(t, cmd).Stdout)
			}
		}
	})
}

// openDirs opens a directory of the host n times, until the test ends.
func openDirs(t *testing.T, n int) []*os.File {
	t.Helper()
	var dirs []*os.File
	for range n {
		dir, err := os.Open("/")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = dir.Close() })
		dirs = append(dirs, dir)
	}
	return dirs
}

// stdio is what a descriptor 0, 1 or 2 may be: a pipe, or a terminal of the
// container.
var stdio = regexp.MustCompile(` [012] -> (pipe:\[\d+\]|/dev/pts/\d+)\r?$`)

// expectStdio checks what ls -l says of its own descriptors. It has closed
// number 3, the directory that it reads, when it looks at that.
func expectStdio(t *testing.T, list string) {
	t.Helper()
	found := 0
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch {
		case stdio.MatchString(line):
			found++
		case strings.HasPrefix(line, "total "), strings.HasPrefix(line, "ls: "), strings.HasSuffix(line, " 3"):
		default:
			t.Errorf("descriptor: %s", line)
		}
	}
	if found != 3 {
		t.Errorf("%d of the descriptors 0, 1 and 2:\n%s", found, list)
	}
}
