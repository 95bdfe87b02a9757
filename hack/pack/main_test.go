package main

import (
	"errors"
	"flag"
	"testing"
)

// TestHelp: who asks for the usage has made no mistake.
func TestHelp(t *testing.T) {
	for _, command := range []string{"image", "release"} {
		if err := run([]string{command, "-h"}); !errors.Is(err, flag.ErrHelp) || exitCode(err) != 0 {
			t.Errorf("%s: %v, exit code %d", command, err, exitCode(err))
		}
	}
	if code := exitCode(run([]string{"image", "-nonsense"})); code != 1 {
		t.Errorf("a mistake: exit code %d", code)
	}
}

func TestWithin(t *testing.T) {
	for path, want := range map[string]string{"x.tar": "/home/x.tar", "../x.tar": "/x.tar", "/tmp/x.tar": "/tmp/x.tar"} {
		if got := within("/home", path); got != want {
			t.Errorf("%s is %s", path, got)
		}
	}
}
