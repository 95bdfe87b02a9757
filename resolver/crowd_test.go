package resolver

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

func TestCrowd(t *testing.T) {
	r := newResolver(t, Config{DockerSockets: []string{"/none"}})
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(r.places.proc, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.places.proc, "loadavg"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cpus := runtime.NumCPU()
	for text, want := range map[string]time.Duration{
		"":                          1,
		"0.1 0.2 0.3":               1,
		"0.1 0.2 0.3 x/200 7\n":     1,
		"90.1 80.2 70.3 1/200 77\n": 1, // what was is over
		fmt.Sprintf("0.1 0.2 0.3 %d/900 7\n", 3*crowdedFrom*cpus):    3,
		fmt.Sprintf("0.1 0.2 0.3 %d/9000 7\n", 900*crowdedFrom*cpus): longest,
	} {
		write(text)
		if got := crowd(r.places.proc); got != want {
			t.Errorf("%q: %d times, not %d", text, got, want)
		}
	}
	write(fmt.Sprintf("0.1 0.2 0.3 %d/900 7\n", 2*crowdedFrom*cpus))
	if r.later(time.Now()) == nil {
		t.Error("a daemon of a crowded host is silent at once")
	}
	if r.later(time.Now().Add(-r.total/2)) != nil {
		t.Error("a daemon of a crowded host may be silent for ever")
	}
	write("0.1 0.2 0.3 1/200 7\n")
	if r.later(time.Now()) != nil {
		t.Error("a daemon of an idle host has more time than it needs")
	}
}
