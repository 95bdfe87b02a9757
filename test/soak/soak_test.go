package soak

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// TestInARow runs 2,000 commands one after the other, each tenth on a terminal,
// each tenth failing to start.
func TestInARow(t *testing.T) {
	bed := testbed.Start(t, testbed.Debian())
	c := bed.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
	bed.Output(t, "exec", c.ID, "true") // what is made once is no leak
	before := tracesOf(t, bed, c)
	for n := range 2000 {
		r, want := run(t, bed, c, n)
		if r.Code != want {
			t.Fatalf("command %d: %+v, want exit code %d", n, r, want)
		}
	}
	before.expectNone(t, bed, c)
}

// run runs the nth command and returns its result and the code it should have.
func run(t *testing.T, bed *testbed.Bed, c *testbed.Container, n int) (testbed.Result, int) {
	switch n % 10 {
	case 3:
		return bed.Sidestep(t, "exec", "-t", c.ID, "true"), 0
	case 5:
		return bed.Sidestep(t, "exec", c.ID, "no-such-command"), 127
	case 7:
		return bed.Sidestep(t, "exec", c.ID, "sh", "-c", "exit 7"), 7
	}
	return bed.Sidestep(t, "exec", c.ID, "true"), 0
}

// TestAtOnce runs 200 commands at the same time. Each must get its own input
// and give its own output.
func TestAtOnce(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{Spec: func(*specs.Spec) {}})
	bed.Output(t, "exec", c.ID, "true")
	before := tracesOf(t, bed, c)
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			r := bed.Sidestep(t, "exec", c.ID, "sh", "-c", fmt.Sprintf("sleep 1; echo %d; echo %d >&2; exit %d", n, n, n%100))
			want := testbed.Result{Stdout: fmt.Sprintln(n), Stderr: fmt.Sprintln(n), Code: n % 100}
			// With so many questions at once containerd may be too slow for some,
			// which then say where they found the container.
			if first, rest, ok := strings.Cut(r.Stderr, "\n"); ok && strings.Contains(first, "; found PID ") {
				r.Stderr = rest
			}
			if r != want {
				t.Errorf("command %d: %+v", n, r)
			}
		})
	}
	all.Wait()
	before.expectNone(t, bed, c)
}

// TestFiltersAtOnce runs 40 commands at the same time in a container with a seccomp
// filter, which one after the other copies from its init.
func TestFiltersAtOnce(t *testing.T) {
	bed := testbed.Start(t, testbed.V2())
	c := bed.Run(t, testbed.Container{Flags: []string{"--seccomp"}})
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			if r := bed.Sidestep(t, "exec", c.ID, "grep", "^Seccomp:", "/proc/self/status"); r.Code != 0 || r.Stdout != "Seccomp:\t2\n" {
				t.Errorf("command %d: %+v", n, r)
			}
		})
	}
	all.Wait()
}
