package containers

import (
	"os"
	"syscall"
	"testing"
)

// expectOwner checks whose a file is, in the host's numbers.
func expectOwner(t *testing.T, path string, uid uint32) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Sys().(*syscall.Stat_t).Uid; got != uid {
		t.Errorf("%s belongs to %d, want %d", path, got, uid)
	}
}
