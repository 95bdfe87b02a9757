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
