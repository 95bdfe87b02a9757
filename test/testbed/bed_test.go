package testbed

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
)

func TestMain(m *testing.M) { Main(m) }

// TestBed: what the other tests stand on, without sidestep.
func TestBed(t *testing.T) {
	Each(t, func(t *testing.T, bed *Bed) {
		plain := bed.Run(t, Container{Labels: map[string]string{"a/b": "c"}})
		Equal(t, "hostname of ctr's own spec", plain.Exec(t, "/bin/hostname"), mustHostname(t))
		c := bed.Run(t, Container{Spec: func(s *specs.Spec) { s.Hostname = "other" }, Namespace: "k8s.io"})
		Equal(t, "hostname of the test's spec", c.Exec(t, "hostname"), "other")
		for _, c := range []*Container{plain, c} {
			if cgroups, _ := os.ReadFile(c.Proc("cgroup")); !strings.Contains(string(cgroups), c.Cgroup()+"\n") {
				t.Errorf("cgroups of the init: %s", cgroups)
			}
		}
		docker := bed.StartDocker(t)
		id := docker.Run(t, "busybox", "sleep", "86400")
		Equal(t, "hostname in Docker's", docker.Output(t, "exec", id, "hostname"), id[:12])
	})
}

// TestStop: nothing of a bed is there after its test, a frozen container
// included.
func TestStop(t *testing.T) {
	var used *Bed
	t.Run("use", func(t *testing.T) {
		used = Start(t, Debian())
		c := used.Run(t, Container{Spec: func(*specs.Spec) {}})
		c.Ctr(t, "task", "pause", c.ID)
		used.StartDocker(t)
	})
	if left := used.scope.leftovers(); len(left) > 0 {
		t.Errorf("left:\n%s", strings.Join(left, "\n"))
	}
	if _, err := os.Stat(used.Dir); err == nil {
		t.Errorf("%s is there", used.Dir)
	}
}

// TestLeftovers: what is in the scope is found.
func TestLeftovers(t *testing.T) {
	own := scopeOf(bedDir(t))
	t.Cleanup(func() {
		if err := own.clean(-1); err != nil {
			t.Error(err)
		}
	})
	Equal(t, "before", len(own.leftovers()), 0)
	sleep := exec.Command("sleep", "86400")
	sleep.Env = append(os.Environ(), "MARK="+own.dir())
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	go sleep.Wait() //nolint:errcheck // it is killed
	own.makeBridge(t)
	for _, root := range hierarchies() {
		if err := os.MkdirAll(root+own.cgroup(), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	Equal(t, "after", len(own.leftovers()), 2+len(hierarchies()))
}

func mustHostname(t *testing.T) string {
	t.Helper()
	name, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	return name
}
