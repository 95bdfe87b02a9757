package sys

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestLastCap(t *testing.T) {
	data, err := os.ReadFile("/proc/sys/kernel/cap_last_cap")
	if err != nil {
		t.Fatal(err)
	}
	want, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := LastCap(); got != want || err != nil {
		t.Errorf("%d, %v, and not %d", got, err, want)
	}
}

func TestBoundingSet(t *testing.T) {
	status, err := os.ReadFile("/proc/thread-self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "CapBnd:")
	want, err := strconv.ParseUint(strings.Fields(after)[0], 16, 64)
	if err != nil {
		t.Fatal(err)
	}
	last, err := LastCap()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := BoundingSet(last); got != want || err != nil {
		t.Errorf("%x, %v, and not %x", got, err, want)
	}
}
