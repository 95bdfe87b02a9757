package containerd_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/sidestep-dev/sidestep/resolver/containerd"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// TestDialWithoutDescriptors: a caller that can open nothing more has not found out
// what listens at the address.
func TestDialWithoutDescriptors(t *testing.T) {
	server := fakecontainerd.Start(t)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	none := limit
	none.Cur = 0
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	_, err := containerd.Dial(t.Context(), server.Address, soon)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	var got *containerd.ConnectError
	if !errors.As(err, &got) || got.Kind != containerd.NotAsked || !strings.Contains(err.Error(), "too many open files") {
		t.Fatalf("Dial: %v, want that it was not asked", err)
	}
}
